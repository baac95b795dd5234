//! DER read in place: nothing is copied, and every step takes a prefix of what is left.

use der::{
    asn1::{AnyRef, GeneralizedTime, UtcTime},
    Decode, Reader, SliceReader, Tag, TagNumber, Tagged,
};

/// The elements of a constructed value, in order.
#[derive(Clone)]
pub(crate) struct Fields<'a>(SliceReader<'a>);

impl<'a> Fields<'a> {
    /// The elements of `content`.
    pub fn new(content: &'a [u8]) -> Option<Self> {
        SliceReader::new(content).ok().map(Self)
    }

    /// The elements of the one sequence that `bytes` are.
    pub fn of_sequence(bytes: &'a [u8]) -> Option<Self> {
        let any = AnyRef::from_der(bytes).ok()?;
        (any.tag() == Tag::Sequence).then(|| Self::new(any.value())).flatten()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_finished()
    }

    /// Whether the next element has this tag.
    pub fn next_is(&self, tag: Tag) -> bool {
        self.0.peek_header().is_ok_and(|header| header.tag == tag)
    }

    /// The next element whole: tag, length and content.
    pub fn raw(&mut self) -> Option<&'a [u8]> {
        self.0.tlv_bytes().ok()
    }

    /// The content of the next element, which has this tag.
    pub fn content(&mut self, tag: Tag) -> Option<&'a [u8]> {
        let any = AnyRef::decode(&mut self.0).ok()?;
        (any.tag() == tag).then(|| any.value())
    }

    /// The content of the next element if it has this tag.
    pub fn optional(&mut self, tag: Tag) -> Option<Option<&'a [u8]>> {
        if self.next_is(tag) {
            self.content(tag).map(Some)
        } else {
            Some(None)
        }
    }

    pub fn sequence(&mut self) -> Option<Fields<'a>> {
        Self::new(self.content(Tag::Sequence)?)
    }

    /// An unsigned integer without leading zeros.
    pub fn unsigned(&mut self) -> Option<&'a [u8]> {
        let content = self.content(Tag::Integer)?;
        if content.first()? & 0x80 != 0 {
            return None;
        }
        let zeros = content.iter().take_while(|byte| **byte == 0).count();
        content.get(zeros..)
    }

    /// A bit string of whole bytes.
    pub fn bits(&mut self) -> Option<&'a [u8]> {
        let (unused, bits) = self.content(Tag::BitString)?.split_first()?;
        (*unused == 0).then_some(bits)
    }

    /// A string of one of the two types that names are made of.
    pub fn text(&mut self) -> Option<&'a [u8]> {
        let any = AnyRef::decode(&mut self.0).ok()?;
        matches!(any.tag(), Tag::Utf8String | Tag::PrintableString).then(|| any.value())
    }

    /// Seconds since 1970.
    pub fn time(&mut self) -> Option<u64> {
        let any = AnyRef::decode(&mut self.0).ok()?;
        let duration = match any.tag() {
            Tag::UtcTime => any.decode_as::<UtcTime>().ok()?.to_unix_duration(),
            Tag::GeneralizedTime => any.decode_as::<GeneralizedTime>().ok()?.to_unix_duration(),
            _ => return None,
        };
        Some(duration.as_secs())
    }
}

/// The tag of a constructed element that its sequence numbers.
pub(crate) const fn numbered(number: TagNumber) -> Tag {
    Tag::ContextSpecific { constructed: true, number }
}

/// What someone signed, how, and the signature: the outermost form of certificates and revocation lists.
pub(crate) struct Signed<'a> {
    pub body: &'a [u8],
    pub algorithm: &'a [u8],
    pub signature: &'a [u8],
}

impl<'a> Signed<'a> {
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Fields::of_sequence(bytes)?;
        let signed = Self { body: fields.raw()?, algorithm: fields.raw()?, signature: fields.bits()? };
        fields.is_empty().then_some(signed)
    }
}

/// An extension of a certificate or revocation list.
pub(crate) struct Extension<'a> {
    pub id: &'a [u8],
    pub critical: bool,
    pub value: &'a [u8],
}

/// Calls `each` with every extension of the sequence `bytes`; stops at the first that it refuses.
pub(crate) fn extensions<'a, E>(
    bytes: &'a [u8],
    malformed: E,
    mut each: impl FnMut(Extension<'a>) -> Result<(), E>,
) -> Result<(), E>
where
    E: Copy,
{
    let mut fields = Fields::of_sequence(bytes).ok_or(malformed)?;
    while !fields.is_empty() {
        let extension = fields.sequence().and_then(|mut fields| {
            let id = fields.content(Tag::ObjectIdentifier)?;
            let critical = match fields.optional(Tag::Boolean)? {
                None => false,
                Some([0xff]) => true,
                Some(_) => return None,
            };
            let value = fields.content(Tag::OctetString)?;
            fields.is_empty().then_some(Extension { id, critical, value })
        });
        each(extension.ok_or(malformed)?)?;
    }
    Ok(())
}
