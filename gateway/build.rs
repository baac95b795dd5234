//! Generates the messages and the service of `proto/open_inference.proto`. Needs `protoc`, as polkadot-sdk does.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=proto/open_inference.proto");
    tonic_prost_build::configure()
        .build_client(false)
        .build_transport(false)
        // Tensors are taken out of a message without a copy.
        .bytes(".inference.ModelInferRequest.raw_input_contents")
        .bytes(".inference.ModelInferResponse.raw_output_contents")
        .bytes(".inference.InferTensorContents.bytes_contents")
        .compile_protos(&["proto/open_inference.proto"], &["proto"])
}
