//! Numbers as keys of indices.

/// A number as the key of an index: big-endian, so that iteration over unhashed keys goes from the lowest to the highest.
/// For crates that depend on `codec` and `scale_info`.
#[macro_export]
macro_rules! ordered_key {
    ($(#[$doc:meta])* $name:ident, $number:ty, $bytes:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, codec::Encode, codec::Decode,
            codec::DecodeWithMemTracking, codec::MaxEncodedLen, scale_info::TypeInfo,
        )]
        pub struct $name([u8; $bytes]);

        impl From<$number> for $name {
            fn from(number: $number) -> Self {
                Self(number.to_be_bytes())
            }
        }

        impl From<$name> for $number {
            fn from(key: $name) -> Self {
                Self::from_be_bytes(key.0)
            }
        }
    };
}
