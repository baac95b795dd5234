//! A call with its arguments encoded by our own types, checked against the chain's description.

use candor_primitives::Balance;
use codec::Encode;
use subxt::ext::{
    scale_decode::visitor::{decode_with_visitor, IgnoreVisitor},
    scale_encode::{EncodeAsFields, EncodeAsType, Error},
    scale_type_resolver::{FieldIter, TypeResolver},
};

/// A call of a pallet.
pub struct Call {
    pallet: &'static str,
    name: &'static str,
    args: Arguments,
}

impl Call {
    /// A call without arguments yet.
    pub const fn new(pallet: &'static str, name: &'static str) -> Self {
        Self { pallet, name, args: Arguments(Vec::new()) }
    }

    /// Add an argument.
    pub fn arg(mut self, value: &impl Encode) -> Self {
        self.args.0.push(Argument::Encoded(value.encode()));
        self
    }

    /// Add an argument that is encoded already.
    pub fn encoded(mut self, value: Vec<u8>) -> Self {
        self.args.0.push(Argument::Encoded(value));
        self
    }

    /// Add a number, in whatever width and form the chain wants it.
    pub fn number(mut self, value: impl Into<Balance>) -> Self {
        self.args.0.push(Argument::Number(value.into()));
        self
    }
}

impl subxt::tx::Payload for Call {
    type CallData = Arguments;

    fn pallet_name(&self) -> &str {
        self.pallet
    }

    fn call_name(&self) -> &str {
        self.name
    }

    fn call_data(&self) -> &Arguments {
        &self.args
    }
}

/// Arguments of a call, in order.
pub struct Arguments(Vec<Argument>);

enum Argument {
    Encoded(Vec<u8>),
    Number(Balance),
}

impl EncodeAsFields for Arguments {
    fn encode_as_fields_to<R: TypeResolver>(
        &self,
        fields: &mut dyn FieldIter<'_, R::TypeId>,
        types: &R,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if fields.len() != self.0.len() {
            return Err(Error::custom_str("the chain wants another number of arguments"));
        }
        for (field, argument) in fields.zip(&self.0) {
            match argument {
                Argument::Number(number) => number.encode_as_type_to(field.id, types, out)?,
                Argument::Encoded(bytes) => {
                    // Bytes that the chain would read otherwise must not leave: a signature cannot be taken back.
                    let rest = &mut &bytes[..];
                    let read = decode_with_visitor(rest, field.id, types, IgnoreVisitor::<R>::new());
                    if read.is_err() || !rest.is_empty() {
                        let name = field.name.unwrap_or("an argument");
                        return Err(Error::custom_string(format!("the chain wants another type for {name}")));
                    }
                    out.extend_from_slice(bytes);
                },
            }
        }
        Ok(())
    }
}
