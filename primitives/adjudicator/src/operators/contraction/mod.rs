//! Contractions: matrix products and convolutions.
//!
//! Every element is a sum of products. What the kernels differ in is the order of the additions, a function of shapes,
//! constant operands, instruction set and threads: [`dot`] has the orders, [`product`] says which one.

mod activation;
pub mod bound;
mod conv;
mod conv_transpose;
pub mod dot;
mod einsum;
mod gemm;
pub(in crate::operators) mod matmul;
mod nchwc;
pub mod product;
#[cfg(test)]
mod tests;
pub(in crate::operators) mod window;

pub use bound::{dot_bound, Bound};
pub use dot::{dot_exact, Order};

use crate::{
    operators::{Exactness, NEWEST_OPSET},
    Domain, Operator,
};

/// The operators of this room.
pub const TABLE: &[Operator] = &[
    Operator {
        domain: Domain::Onnx,
        name: "MatMul",
        opsets: (1, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: matmul::header,
        element: matmul::element,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "FusedMatMul",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: matmul::header,
        element: matmul::element_fused,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "TransposeMatMul",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: matmul::header,
        element: matmul::element_fused,
        layout: matmul::layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "Gemm",
        opsets: (7, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: gemm::header,
        element: gemm::element,
        layout: gemm::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "FusedGemm",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: gemm::header,
        element: gemm::element_fused,
        layout: gemm::layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "Conv",
        opsets: (1, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: conv::header,
        element: conv::element,
        layout: conv::layout,
    },
    Operator {
        domain: Domain::Microsoft,
        name: "FusedConv",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: conv::header,
        element: conv::element_fused,
        layout: conv::layout,
    },
    Operator {
        domain: Domain::Nchwc,
        name: "Conv",
        opsets: (1, 1),
        exactness: Exactness::Scheduled(1),
        header: conv::header,
        element: nchwc::element,
        layout: nchwc::layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "ConvTranspose",
        opsets: (1, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: conv_transpose::header,
        element: conv_transpose::element,
        layout: conv_transpose::layout,
    },
    Operator {
        domain: Domain::Onnx,
        name: "Einsum",
        opsets: (12, NEWEST_OPSET),
        exactness: Exactness::Scheduled(1),
        header: einsum::header,
        element: einsum::element,
        layout: einsum::layout,
    },
];
