//! The signature itself: an HMAC of the URL and the parameters, in Base64.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::Algorithm;
use crate::{Error, Result};

/// How long the hashes are, and how long in Base64.
const SHA1: usize = 20;
const SHA1_TEXT: usize = 28;
const SHA256: usize = 32;
const SHA256_TEXT: usize = 44;

/// A signature that was received, decoded.
pub(super) enum Signature {
    Sha1([u8; SHA1]),
    Sha256([u8; SHA256]),
}

impl Signature {
    /// Reads a header; nothing if it cannot be a signature of this algorithm at all.
    pub(super) fn read(header: &str, algorithm: Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::HmacSha1 => hash::<SHA1, SHA1_TEXT>(header).map(Self::Sha1),
            Algorithm::HmacSha256 => hash::<SHA256, SHA256_TEXT>(header).map(Self::Sha256),
        }
    }
}

/// The hash of so many bytes that a text holds.
fn hash<const HASH: usize, const TEXT: usize>(header: &str) -> Option<[u8; HASH]> {
    // the length is no secret, and a long header is not worth decoding
    if header.len() != TEXT {
        return None;
    }
    // room for the padding too, which the decoder counts in before it knows better
    let mut hash = [0; SHA256 + 1];
    (STANDARD.decode_slice(header, &mut hash).ok()? == HASH).then_some(())?;
    hash.first_chunk().copied()
}

/// A secret, ready to sign: what both hashes are after they have taken it in, so that a check does not begin there.
///
/// As good as the secret itself, so never shown, and overwritten when it is dropped.
pub(super) struct Key {
    sha1: Hmac<Sha1>,
    sha256: Hmac<Sha256>,
}

impl Key {
    pub(super) fn new(secret: &str) -> Result<Self> {
        let secret = secret.as_bytes();
        match (Hmac::new_from_slice(secret), Hmac::new_from_slice(secret)) {
            (Ok(sha1), Ok(sha256)) => Ok(Self { sha1, sha256 }),
            _ => Err(Error::configuration("the secret that signatures are checked with cannot be a key")),
        }
    }

    /// The signature of these pieces, one after the other, as Twilio writes it.
    pub(super) fn sign(&self, pieces: &[&[u8]], algorithm: Algorithm) -> String {
        match algorithm {
            Algorithm::HmacSha1 => STANDARD.encode(self.sha1(pieces)),
            Algorithm::HmacSha256 => STANDARD.encode(self.sha256(pieces)),
        }
    }

    /// Whether the pieces were signed so, in a time that does not depend on where they differ.
    pub(super) fn signed(&self, pieces: &[&[u8]], signature: &Signature) -> bool {
        match signature {
            Signature::Sha1(hash) => self.sha1(pieces).ct_eq(hash).into(),
            Signature::Sha256(hash) => self.sha256(pieces).ct_eq(hash).into(),
        }
    }

    fn sha1(&self, pieces: &[&[u8]]) -> [u8; SHA1] {
        let mut mac = self.sha1.clone();
        pieces.iter().for_each(|piece| mac.update(piece));
        mac.finalize().into_bytes().into()
    }

    fn sha256(&self, pieces: &[&[u8]]) -> [u8; SHA256] {
        let mut mac = self.sha256.clone();
        pieces.iter().for_each(|piece| mac.update(piece));
        mac.finalize().into_bytes().into()
    }
}
