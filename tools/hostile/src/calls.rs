//! Calls over REST: JSON and the binary data after it.

use bytes::Bytes;
use candor_gateway::{
    message::{decode, encode, Encoded},
    InferResponse, NamedTensor,
};

/// Two bytes of the JSON's length (all ones: no binary data), then the body. What can be read must be written so that it is read
/// again as the same: bit by bit as binary data, as the same text as JSON.
pub fn bytes(data: &[u8]) {
    let Some((length, body)) = data.split_first_chunk::<2>() else { return };
    let length = u16::from_le_bytes(*length);
    let length = (length != u16::MAX).then_some(usize::from(length));
    let Ok(call) = decode(&Bytes::copy_from_slice(body), length) else { return };
    let outputs = call.inputs;
    if outputs.is_empty() {
        return;
    }
    let answer = answer(outputs);
    let binary = encode(&answer, call.id.as_deref(), &[], true).expect("binary data carries everything");
    assert_eq!(again(&binary), answer.outputs);
    let json = encode(&answer, call.id.as_deref(), &[], false).expect("texts that were read are UTF-8");
    let second = self::answer(again(&json));
    assert_eq!(encode(&second, call.id.as_deref(), &[], false).expect("as before").body, json.body);
}

fn answer(outputs: Vec<NamedTensor>) -> InferResponse {
    InferResponse { model: "m".into(), version: "1".into(), outputs, receipt: None, output_roots: Vec::new() }
}

/// The outputs of an answer, read as the inputs of a call: they have the same form.
fn again(encoded: &Encoded) -> Vec<NamedTensor> {
    let header = encoded.header.unwrap_or(encoded.body.len());
    let (json, binary) = encoded.body.split_at(header);
    // The list comes last; what comes before it is another's text.
    let at = json.windows(12).position(|part| part == b",\"outputs\":[").expect("an answer has outputs");
    let call = [b"{\"inputs\":".as_slice(), &json[at + 11..], binary].concat();
    let header = encoded.header.map(|header| header - at - 11 + 10);
    decode(&call.into(), header).expect("what was written can be read").inputs
}

/// A call with tensors of both forms.
pub fn small() -> Vec<u8> {
    let json = br#"{"id":"1","parameters":{"timeout":9},"inputs":[{"name":"a","datatype":"FP32","shape":[1,2],"data":[[1.5,-2e3]]},{"name":"b","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":5}},{"data":["\u00e4"],"name":"c","datatype":"BYTES","shape":[]}],"outputs":[{"name":"y"}]}"#;
    let length = u16::try_from(json.len()).expect("it is short").to_le_bytes();
    [length.as_slice(), json, b"\x01\0\0\0z"].concat()
}
