//! Quantised operators: scales, zero points, integer contractions.
//!
//! Integer sums are exact (but for kernels that saturate, [`dot`]); what is made of them are a few binary32 operations,
//! written once in [`number`]'s numbers: replayed where the schedule is known, enclosed where it is not.

mod conv;
mod dot;
mod linear;
mod matmul;
mod number;
mod parameters;
mod pointwise;
mod pool;
mod softmax;
#[cfg(test)]
mod tests;

use super::{any_layout, Exactness, NEWEST_OPSET};
use crate::{Domain, Operator};

/// The operators of this room.
pub const TABLE: &[Operator] = &[
    Operator {
        domain: Domain::Onnx,
        name: "QuantizeLinear",
        opsets: (10, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: linear::quantize_header,
        element: linear::quantize,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "DequantizeLinear",
        opsets: (10, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: linear::dequantize_header,
        element: linear::dequantize,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "DynamicQuantizeLinear",
        opsets: (11, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: linear::dynamic_header,
        element: linear::dynamic,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "MatMulInteger",
        opsets: (10, NEWEST_OPSET),
        exactness: Exactness::Scheduled(2),
        header: matmul::integer_header,
        element: matmul::integer,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "QLinearMatMul",
        opsets: (10, NEWEST_OPSET),
        exactness: Exactness::Scheduled(2),
        header: matmul::qlinear_header,
        element: matmul::qlinear,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "ConvInteger",
        opsets: (10, NEWEST_OPSET),
        exactness: Exactness::Always,
        header: conv::integer_header,
        element: conv::integer,
        layout: conv::layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "QLinearConv",
        opsets: (10, NEWEST_OPSET),
        exactness: Exactness::Scheduled(2),
        header: conv::qlinear_header,
        element: conv::qlinear,
        layout: conv::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QuantizeLinear",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: linear::quantize_header,
        element: linear::quantize,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "DequantizeLinear",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: linear::dequantize_header,
        element: linear::dequantize,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearConv",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(2),
        header: conv::qlinear_header,
        element: conv::qlinear,
        layout: conv::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "MatMulIntegerToFloat",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(2),
        header: matmul::to_float_header,
        element: matmul::to_float,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "DynamicQuantizeMatMul",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(2),
        header: matmul::dynamic_header,
        element: matmul::dynamic,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QGemm",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(2),
        header: matmul::gemm_header,
        element: matmul::gemm,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearAdd",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: pointwise::binary_header,
        element: pointwise::add,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearMul",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: pointwise::binary_header,
        element: pointwise::mul,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearSigmoid",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: pointwise::unary_header,
        element: pointwise::sigmoid,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearLeakyRelu",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: pointwise::unary_header,
        element: pointwise::leaky_relu,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearConcat",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: pointwise::concat_header,
        element: pointwise::concat,
        layout: any_layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearAveragePool",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: pool::average_header,
        element: pool::average,
        layout: pool::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearGlobalAveragePool",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: pool::global_header,
        element: pool::global,
        layout: pool::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "NhwcMaxPool",
        opsets: (1, 1),
        exactness: Exactness::Always,
        header: pool::max_header,
        element: pool::max,
        layout: pool::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "QLinearSoftmax",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: softmax::header,
        element: softmax::element,
        layout: softmax::layout,
    },
];
