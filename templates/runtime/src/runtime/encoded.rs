//! Bytes that are sent as a text of base64 (RFC 4648).
//!
//! The text is the value: what a server sent goes back as it came, also where it is no base64. Only what asks for the
//! bytes finds out.

use std::error::Error as StdError;
use std::fmt;

use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::argument::{Argument, ArgumentValue};
use super::check::Validate;

/// How much of a text `Debug` shows, in characters.
const SHOWN: usize = 32;

/// Writes padding or not; reads texts with and without it, and with bits after the last byte, which senders leave there
/// (RFC 4648 sections 3.2 and 3.5).
const fn engine(alphabet: &base64::alphabet::Alphabet, padding: bool) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(padding)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(alphabet, config)
}

const PADDED: GeneralPurpose = engine(&STANDARD, true);
const FOR_URLS: GeneralPurpose = engine(&URL_SAFE, false);

macro_rules! encoded {
    ($(#[$docs:meta])* $name:ident, $text:literal, $engine:expr) => {
        $(#[$docs])*
        #[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text for these bytes.
            #[must_use]
            pub fn encode(bytes: impl AsRef<[u8]>) -> Self {
                Self($engine.encode(bytes).into())
            }

            /// A text that is encoded already. It is sent as it is, whatever it holds.
            #[must_use]
            pub fn from_encoded(text: impl Into<String>) -> Self {
                Self(text.into().into())
            }

            /// The text as it is sent.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The bytes.
            ///
            /// What servers send is read in every form: in the alphabet of RFC 4648 section 4 or 5, with padding or
            /// without it, and in lines or with other white space.
            ///
            /// # Errors
            ///
            /// The text holds anything else, or ends within a byte.
            pub fn decode(&self) -> Result<Vec<u8>, Base64Error> {
                $engine.decode(self.0.as_bytes()).or_else(|_| decode(&self.0))
            }
        }

        /// The text for these bytes.
        impl From<&[u8]> for $name {
            fn from(bytes: &[u8]) -> Self {
                Self::encode(bytes)
            }
        }

        /// The text for these bytes.
        impl<const N: usize> From<&[u8; N]> for $name {
            fn from(bytes: &[u8; N]) -> Self {
                Self::encode(bytes)
            }
        }

        /// The text for these bytes.
        impl<const N: usize> From<[u8; N]> for $name {
            fn from(bytes: [u8; N]) -> Self {
                Self::encode(bytes)
            }
        }

        /// The text for these bytes.
        impl From<Vec<u8>> for $name {
            fn from(bytes: Vec<u8>) -> Self {
                Self::encode(bytes)
            }
        }

        /// The text for these bytes.
        impl From<&Vec<u8>> for $name {
            fn from(bytes: &Vec<u8>) -> Self {
                Self::encode(bytes)
            }
        }

        impl From<&Self> for $name {
            fn from(value: &Self) -> Self {
                value.clone()
            }
        }

        /// The text as it is sent.
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0.into()
            }
        }

        impl TryFrom<&$name> for Vec<u8> {
            type Error = Base64Error;

            fn try_from(value: &$name) -> Result<Self, Base64Error> {
                value.decode()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        /// The beginning of the text, and the length of a longer one.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                show(f, $text, &self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|text| Self(text.into()))
            }
        }

        impl Argument for $name {
            fn value(&self) -> ArgumentValue<'_> {
                ArgumentValue::text(&self.0)
            }
        }

        impl Validate for $name {}
    };
}

encoded! {
    /// Bytes as a text of base64 with padding (RFC 4648 section 4).
    ///
    /// It is made of bytes by [`encode`](Self::encode) and by `From`, and read by [`decode`](Self::decode). The text is the
    /// value: it goes back as it came, and two are equal if their texts are.
    Base64, "Base64", PADDED
}

encoded! {
    /// Bytes as a text of base64 for URLs and file names, without padding (RFC 4648 section 5).
    ///
    /// It is made of bytes by [`encode`](Self::encode) and by `From`, and read by [`decode`](Self::decode). The text is the
    /// value: it goes back as it came, and two are equal if their texts are.
    Base64Url, "Base64Url", FOR_URLS
}

/// A text that is no base64. It does not show the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64Error {
    at: Option<usize>,
}

impl Base64Error {
    /// The index of the first byte of the text that cannot stand where it does; `None` where its length is wrong.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        self.at
    }
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "the text is no base64: its byte {at} cannot stand there"),
            None => f.write_str("the text is no base64: its length is wrong"),
        }
    }
}

impl StdError for Base64Error {}

/// Reads both alphabets, without white space.
fn decode(text: &str) -> Result<Vec<u8>, Base64Error> {
    let is_space = |byte: u8| byte.is_ascii_whitespace();
    let standard = text.bytes().filter(|byte| !is_space(*byte)).map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte,
    });
    PADDED.decode(standard.collect::<Vec<u8>>()).map_err(|error| {
        let index = match error {
            base64::DecodeError::InvalidByte(index, _) => Some(index),
            _ => None,
        };
        let place = |index| text.bytes().enumerate().filter(|(_, byte)| !is_space(*byte)).nth(index);
        Base64Error { at: index.and_then(place).map(|(at, _)| at) }
    })
}

fn show(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => write!(f, "{name}({:?}… {} bytes)", &text[..end], text.len()),
        None => write!(f, "{name}({text:?})"),
    }
}
