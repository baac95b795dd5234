//! What differs between the metadata of two runtimes, item by item, documentation apart.

use frame_metadata::{
    v14::StorageEntryType,
    v16::{RuntimeMetadataV16, StorageEntryModifier},
};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef, Variant};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Metadata as wallets read them.
pub type Metadata = RuntimeMetadataV16;

/// What an item of the metadata is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Pallet,
    Call,
    Extrinsic,
    Storage,
    Constant,
    Event,
    Error,
    ViewFunction,
    Api,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    Added,
    Removed,
    /// Whatever could be said before is still said by the same bytes: enums have more variants.
    Extended(String),
    Changed(String),
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub kind: Kind,
    /// `Pallet.item`.
    pub item: String,
    pub how: How,
}

impl Change {
    /// Bytes of before mean nothing, or something else.
    pub fn breaks(&self) -> bool {
        matches!(self.how, How::Removed | How::Changed(_))
    }

    /// Name of the pallet.
    pub fn pallet(&self) -> &str {
        self.item.split('.').next().unwrap_or_default()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, item, how } = self;
        match how {
            How::Added => write!(f, "added    {kind:?} {item}"),
            How::Removed => write!(f, "removed  {kind:?} {item}"),
            How::Extended(what) => write!(f, "extended {kind:?} {item}: {what}"),
            How::Changed(what) => write!(f, "changed  {kind:?} {item}: {what}"),
        }
    }
}

/// Something that an item is made of.
#[derive(Clone, Debug)]
enum Part {
    Fixed(String),
    Type(u32),
}

type Parts = Vec<(String, Part)>;
type Items = BTreeMap<(Kind, String), Parts>;

/// All differences, in the order of kinds and names.
pub fn changes(old: &Metadata, new: &Metadata) -> Vec<Change> {
    let (before, mut after) = (items(old), items(new));
    let mut found = Vec::new();
    for ((kind, item), parts) in before {
        let how = match after.remove(&(kind, item.clone())) {
            None => Some(How::Removed),
            Some(now) => difference(old, new, &parts, &now),
        };
        found.extend(how.map(|how| Change { kind, item, how }));
    }
    found.extend(after.into_keys().map(|(kind, item)| Change { kind, item, how: How::Added }));
    found.sort_by(|a, b| (a.kind, &a.item).cmp(&(b.kind, &b.item)));
    found
}

fn fixed(name: &str, value: impl fmt::Debug) -> (String, Part) {
    (name.into(), Part::Fixed(format!("{value:?}")))
}

fn typed(name: impl Into<String>, id: u32) -> (String, Part) {
    (name.into(), Part::Type(id))
}

/// Everything that metadata name.
fn items(metadata: &Metadata) -> Items {
    let mut items = Items::new();
    for pallet in &metadata.pallets {
        let (name, index) = (&pallet.name, pallet.index);
        let mut put = |kind, item: &str, parts| items.insert((kind, format!("{name}.{item}")), parts);
        put(Kind::Pallet, "", vec![fixed("index", index)]);
        let enums = [
            (Kind::Call, pallet.calls.as_ref().map(|calls| calls.ty.id)),
            (Kind::Event, pallet.event.as_ref().map(|event| event.ty.id)),
            (Kind::Error, pallet.error.as_ref().map(|error| error.ty.id)),
        ];
        for (kind, id) in enums {
            for variant in id.map_or(&[][..], |id| variants(&metadata.types, id)) {
                let mut parts = vec![fixed("index", (index, variant.index))];
                parts.extend(fields(&variant.fields));
                put(kind, &variant.name, parts);
            }
        }
        for constant in &pallet.constants {
            put(
                Kind::Constant,
                &constant.name,
                vec![typed("type", constant.ty.id), fixed("value", hex::encode(&constant.value))],
            );
        }
        for function in &pallet.view_functions {
            let mut parts: Parts = function.inputs.iter().map(|input| typed(&input.name, input.ty.id)).collect();
            parts.extend([typed("output", function.output.id), fixed("id", hex::encode(function.id))]);
            put(Kind::ViewFunction, &function.name, parts);
        }
        for storage in pallet.storage.iter() {
            for entry in &storage.entries {
                let optional = entry.modifier == StorageEntryModifier::Optional;
                let mut parts = vec![fixed("prefix", &storage.prefix), fixed("optional", optional)];
                match &entry.ty {
                    StorageEntryType::Plain(value) => parts.push(typed("value", value.id)),
                    StorageEntryType::Map { hashers, key, value } => {
                        parts.extend([fixed("hashers", hashers), typed("key", key.id), typed("value", value.id)])
                    },
                }
                parts.push(fixed("default", hex::encode(&entry.default)));
                put(Kind::Storage, &entry.name, parts);
            }
        }
    }
    for api in &metadata.apis {
        items.insert((Kind::Api, format!("{}.", api.name)), vec![fixed("version", api.version.0)]);
        for method in &api.methods {
            let mut parts: Parts = method.inputs.iter().map(|input| typed(&input.name, input.ty.id)).collect();
            parts.push(typed("output", method.output.id));
            items.insert((Kind::Api, format!("{}.{}", api.name, method.name)), parts);
        }
    }
    let extrinsic = &metadata.extrinsic;
    let extensions = extrinsic.transaction_extensions.iter().flat_map(|extension| {
        let name = &extension.identifier;
        [typed(name, extension.ty.id), typed(format!("{name}, signed with it"), extension.implicit.id)]
    });
    let mut put = |item: &str, parts| items.insert((Kind::Extrinsic, item.into()), parts);
    put("extensions", extensions.collect());
    put("extensions by version", vec![fixed("", &extrinsic.transaction_extensions_by_version)]);
    put("versions", vec![fixed("", &extrinsic.versions)]);
    put("address", vec![typed("", extrinsic.address_ty.id)]);
    put("signature", vec![typed("", extrinsic.signature_ty.id)]);
    items
}

fn variants(types: &PortableRegistry, id: u32) -> &[Variant<PortableForm>] {
    match types.resolve(id).map(|found| &found.type_def) {
        Some(TypeDef::Variant(found)) => &found.variants,
        _ => &[],
    }
}

fn fields(fields: &[Field<PortableForm>]) -> impl Iterator<Item = (String, Part)> + '_ {
    let name = |(at, field): (usize, &Field<PortableForm>)| (field.name.clone().unwrap_or(at.to_string()), field.ty.id);
    fields.iter().enumerate().map(name).map(|(name, id)| typed(name, id))
}

/// How the parts of one item differ, if they do.
fn difference(old: &Metadata, new: &Metadata, before: &Parts, after: &Parts) -> Option<How> {
    let strict = Layouts::new(old, new, true).parts(before, after).err()?;
    Some(match Layouts::new(old, new, false).parts(before, after) {
        Ok(()) => How::Extended(strict),
        Err(what) => How::Changed(what),
    })
}

/// Compares types of two registries by how values are encoded, and by the names of fields: two of the same type may have
/// changed places.
struct Layouts<'a> {
    old: &'a Metadata,
    new: &'a Metadata,
    /// Whether added variants are a difference.
    strict: bool,
    /// Pairs that are equal as far as was looked: types may contain themselves.
    seen: BTreeSet<(u32, u32)>,
}

impl<'a> Layouts<'a> {
    fn new(old: &'a Metadata, new: &'a Metadata, strict: bool) -> Self {
        // Calls, events and errors of all pallets are compared pallet by pallet.
        let (a, b) = (&old.outer_enums, &new.outer_enums);
        let seen = BTreeSet::from([
            (a.call_enum_ty.id, b.call_enum_ty.id),
            (a.event_enum_ty.id, b.event_enum_ty.id),
            (a.error_enum_ty.id, b.error_enum_ty.id),
        ]);
        Self { old, new, strict, seen }
    }

    fn parts(&mut self, before: &[(String, Part)], after: &[(String, Part)]) -> Result<(), String> {
        let names =
            |parts: &[(String, Part)]| parts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().join(", ");
        if names(before) != names(after) {
            return Err(format!("({}) became ({})", names(before), names(after)));
        }
        for ((name, before), (_, after)) in before.iter().zip(after) {
            match (before, after) {
                (Part::Fixed(a), Part::Fixed(b)) if a == b => Ok(()),
                (Part::Type(a), Part::Type(b)) => self.types(*a, *b),
                (Part::Fixed(a), Part::Fixed(b)) => Err(format!("{} became {}", short(a), short(b))),
                _ => Err("is made otherwise".into()),
            }
            .map_err(|what| within(name, what))?;
        }
        Ok(())
    }

    fn types(&mut self, old: u32, new: u32) -> Result<(), String> {
        if !self.seen.insert((old, new)) {
            return Ok(());
        }
        let (before, after) = (&self.old.types, &self.new.types);
        let (Some(a), Some(b)) = (before.resolve(old), after.resolve(new)) else {
            return Err("a type is not in the registry".into());
        };
        match (&a.type_def, &b.type_def) {
            (TypeDef::Composite(a), TypeDef::Composite(b)) => self.fields(&a.fields, &b.fields),
            (TypeDef::Variant(a), TypeDef::Variant(b)) => self.variants(&a.variants, &b.variants),
            (TypeDef::Sequence(a), TypeDef::Sequence(b)) => self.types(a.type_param.id, b.type_param.id),
            (TypeDef::Compact(a), TypeDef::Compact(b)) => self.types(a.type_param.id, b.type_param.id),
            (TypeDef::Array(a), TypeDef::Array(b)) if a.len == b.len => self.types(a.type_param.id, b.type_param.id),
            (TypeDef::Tuple(a), TypeDef::Tuple(b)) if a.fields.len() == b.fields.len() => {
                a.fields.iter().zip(&b.fields).try_for_each(|(a, b)| self.types(a.id, b.id))
            },
            (TypeDef::Primitive(a), TypeDef::Primitive(b)) if a == b => Ok(()),
            (TypeDef::BitSequence(a), TypeDef::BitSequence(b)) => {
                self.types(a.bit_store_type.id, b.bit_store_type.id)?;
                self.types(a.bit_order_type.id, b.bit_order_type.id)
            },
            _ => Err(format!("{} became {}", name(before, old), name(after, new))),
        }
    }

    fn fields(&mut self, before: &[Field<PortableForm>], after: &[Field<PortableForm>]) -> Result<(), String> {
        let (before, after): (Parts, Parts) = (fields(before).collect(), fields(after).collect());
        self.parts(&before, &after)
    }

    fn variants(&mut self, before: &[Variant<PortableForm>], after: &[Variant<PortableForm>]) -> Result<(), String> {
        for a in before {
            let Some(b) = after.iter().find(|b| b.name == a.name) else {
                return Err(within(&a.name, "removed".into()));
            };
            if a.index != b.index {
                return Err(within(&a.name, format!("{} became {}", a.index, b.index)));
            }
            self.fields(&a.fields, &b.fields).map_err(|what| within(&a.name, what))?;
        }
        match after.iter().find(|b| before.iter().all(|a| a.name != b.name)) {
            Some(b) if self.strict => Err(within(&b.name, "added".into())),
            _ => Ok(()),
        }
    }
}

fn within(name: &str, what: String) -> String {
    if name.is_empty() {
        what
    } else {
        format!("{name}: {what}")
    }
}

/// Constants may be long.
fn short(text: &str) -> String {
    let cut: String = text.chars().take(80).collect();
    if cut.len() < text.len() {
        format!("{cut}...")
    } else {
        cut
    }
}

/// A type as a reader would write it.
fn name(types: &PortableRegistry, id: u32) -> String {
    let Some(found) = types.resolve(id) else { return "?".into() };
    match &found.type_def {
        TypeDef::Primitive(primitive) => format!("{primitive:?}").to_lowercase(),
        TypeDef::Sequence(of) => format!("Vec<{}>", name(types, of.type_param.id)),
        TypeDef::Compact(of) => format!("Compact<{}>", name(types, of.type_param.id)),
        TypeDef::Array(of) => format!("[{}; {}]", name(types, of.type_param.id), of.len),
        TypeDef::Tuple(of) => {
            format!("({})", of.fields.iter().map(|f| name(types, f.id)).collect::<Vec<_>>().join(", "))
        },
        _ => found.path.segments.last().cloned().unwrap_or("?".into()),
    }
}
