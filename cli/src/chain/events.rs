//! Events of any pallet, by the names in the chain's description.

use super::Config;
use crate::errors::{Context, Result};
use subxt::ext::scale_value::{Composite, Primitive, Value, ValueDef};

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Pallet.
    pub pallet: String,
    /// Name of the event.
    pub name: String,
    fields: Vec<(String, Value)>,
}

impl Event {
    pub(super) fn read(event: &subxt::events::Event<'_, Config>) -> Result<Self> {
        let fields = event.decode_fields_unchecked_as::<Composite<()>>().context("reading an event")?;
        let fields = match fields {
            Composite::Named(fields) => fields,
            Composite::Unnamed(values) => values.into_iter().map(|value| (String::new(), value)).collect(),
        };
        Ok(Self { pallet: event.pallet_name().to_owned(), name: event.event_name().to_owned(), fields })
    }

    /// Whether it is this event.
    pub fn is(&self, pallet: &str, name: &str) -> bool {
        self.pallet == pallet && self.name == name
    }

    /// A field that is a number.
    pub fn number(&self, field: &str) -> Option<u128> {
        let (_, value) = self.fields.iter().find(|(name, _)| name == field)?;
        number(value)
    }

    /// A number in a field that is a structure.
    pub fn number_in(&self, field: &str, inner: &str) -> Option<u128> {
        let (_, value) = self.fields.iter().find(|(name, _)| name == field)?;
        let ValueDef::Composite(Composite::Named(fields)) = &value.value else { return None };
        fields.iter().find(|(name, _)| name == inner).and_then(|(_, value)| number(value))
    }

    /// Name of the variant of a field that is an enum.
    pub fn variant(&self, field: &str) -> Option<&str> {
        let (_, value) = self.fields.iter().find(|(name, _)| name == field)?;
        match &value.value {
            ValueDef::Variant(variant) => Some(&variant.name),
            _ => None,
        }
    }
}

/// A number, also where a type wraps it, or where there may be none.
fn number(value: &Value) -> Option<u128> {
    match &value.value {
        ValueDef::Primitive(Primitive::U128(number)) => Some(*number),
        ValueDef::Composite(Composite::Unnamed(inner)) if inner.len() == 1 => number(&inner[0]),
        ValueDef::Composite(Composite::Named(inner)) if inner.len() == 1 => number(&inner[0].1),
        ValueDef::Variant(some) if some.name == "Some" => some.values.values().next().and_then(number),
        _ => None,
    }
}
