//! Attributes in canonical form: sorted by name, floats as bits, one-element tensors as two integers.

use crate::onnx::{
    proto::{attribute_kind as kind, AttributeProto, NodeProto},
    OnnxModel,
};
use candor_adjudicator::{graph::MAX_ATTRIBUTE_LEN, Attribute, Tensor};

/// The attributes of a node; why not, otherwise.
pub(super) fn attributes(model: &OnnxModel, node: &NodeProto) -> Result<Vec<(Vec<u8>, Attribute)>, String> {
    let mut list = Vec::with_capacity(node.attribute.len());
    for attribute in &node.attribute {
        let name = attribute.name.as_bytes().to_vec();
        let value = value(model, attribute).map_err(|reason| format!("attribute {:?}: {reason}", attribute.name))?;
        list.push((name, value));
    }
    list.sort_by(|(a, _), (b, _)| a.cmp(b));
    if list.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err("an attribute is given twice".into());
    }
    Ok(list)
}

fn value(model: &OnnxModel, attribute: &AttributeProto) -> Result<Attribute, String> {
    if !attribute.ref_attr_name.is_empty() {
        return Err("it refers to an attribute of a function".into());
    }
    let too_long = || Err(format!("it is longer than {MAX_ATTRIBUTE_LEN}"));
    Ok(match kind_of(attribute) {
        kind::INT => Attribute::Int(attribute.i.unwrap_or(0)),
        kind::FLOAT => Attribute::Float(attribute.f.unwrap_or(0)),
        kind::STRING => {
            let text = attribute.s.as_deref().unwrap_or_default();
            if text.len() > MAX_ATTRIBUTE_LEN {
                return too_long();
            }
            Attribute::Text(text.to_vec())
        },
        kind::INTS if attribute.ints.len() > MAX_ATTRIBUTE_LEN => return too_long(),
        kind::INTS => Attribute::Ints(attribute.ints.clone()),
        kind::FLOATS if attribute.floats.len() > MAX_ATTRIBUTE_LEN => return too_long(),
        kind::FLOATS => Attribute::Floats(attribute.floats.clone()),
        kind::TENSOR => tensor(model, attribute)?,
        kind::GRAPH | kind::GRAPHS => return Err("control flow (a graph inside a node) cannot be judged".into()),
        kind::STRINGS => return Err("lists of texts cannot be judged".into()),
        _ => return Err("this kind of attribute cannot be judged".into()),
    })
}

/// What counts; old files do not say.
fn kind_of(attribute: &AttributeProto) -> i32 {
    match attribute.kind {
        0 if attribute.i.is_some() => kind::INT,
        0 if attribute.f.is_some() => kind::FLOAT,
        0 if attribute.s.is_some() => kind::STRING,
        0 if attribute.t.is_some() => kind::TENSOR,
        0 if attribute.g.is_some() || !attribute.graphs.is_empty() => kind::GRAPH,
        0 if !attribute.floats.is_empty() => kind::FLOATS,
        0 if !attribute.strings.is_empty() => kind::STRINGS,
        0 => kind::INTS,
        kind => kind,
    }
}

/// A tensor of one element as its type's number and its bits (`ConstantOfShape`).
fn tensor(model: &OnnxModel, attribute: &AttributeProto) -> Result<Attribute, String> {
    let tensor = attribute.t.as_ref().ok_or("it has no value")?;
    let header = model.header(tensor).map_err(|e| e.to_string())?;
    if header.count() != 1 {
        return Err("tensors of more than one element cannot be attributes".into());
    }
    let data = model.data(tensor).map_err(|e| e.to_string())?;
    let code = i64::from(header.dtype.code());
    let bits = Tensor { header, data: &data.bytes }.bits(0).ok_or("it has no value")?;
    Ok(Attribute::Ints(vec![code, bits as i64]))
}
