//! The signature itself: HMAC-SHA1 of the URL and the parameters, in Base64.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use subtle::{Choice, ConstantTimeEq as _};

/// How long a signature is in Base64, and how long the hash in it.
const TEXT: usize = 28;
const HASH: usize = 20;

/// A signature that was received, decoded.
pub(super) struct Signature([u8; HASH]);

impl Signature {
    /// Reads a header; nothing if it cannot be a signature at all.
    pub(super) fn read(header: &str) -> Option<Self> {
        // the length is no secret, and a long header is not worth decoding
        if header.len() != TEXT {
            return None;
        }
        // room for the padding too, which the decoder counts in before it knows better
        let mut hash = [0; HASH + 1];
        (STANDARD.decode_slice(header, &mut hash).ok()? == HASH).then_some(())?;
        hash.first_chunk().copied().map(Self)
    }
}

/// A token, ready to sign.
pub(super) struct Signed(Option<Hmac<Sha1>>);

impl Signed {
    pub(super) fn new(token: &SecretString) -> Self {
        // HMAC takes a key of any length; were that to change, nothing would be accepted
        Self(Hmac::new_from_slice(token.expose_secret().as_bytes()).ok())
    }

    /// The signature of these pieces, one after the other, as Twilio writes it.
    pub(super) fn sign(&self, pieces: &[&str]) -> String {
        self.hash(pieces, "").map_or_else(String::new, |hash| STANDARD.encode(hash))
    }

    /// Whether the pieces and the rest were signed so, in a time that does not depend on where they differ.
    pub(super) fn matches(&self, pieces: &[&str], rest: &str, signature: &Signature) -> Choice {
        self.hash(pieces, rest).map_or(Choice::from(0), |hash| hash.ct_eq(&signature.0))
    }

    fn hash(&self, pieces: &[&str], rest: &str) -> Option<[u8; HASH]> {
        let mut mac = self.0.clone()?;
        for piece in pieces {
            mac.update(piece.as_bytes());
        }
        mac.update(rest.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }
}
