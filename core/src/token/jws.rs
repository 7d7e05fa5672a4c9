//! The compact form of a signed token: header, claims and signature in Base64, with dots between them (RFC 7515).

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rustls::{
    SignatureScheme,
    crypto::ring::sign::RsaSigningKey,
    pki_types::{PrivateKeyDer, pem::PemObject},
    sign::SigningKey,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Sha256, Sha384, Sha512};

use crate::{Error, Result};

/// What a token says: its claims, or its header.
#[doc(hidden)]
pub type Claims = Map<String, Value>;

/// How a token is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256, which every token of Twilio's may have.
    #[default]
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSA, PKCS #1 v1.5, with SHA-256: what requests are signed with.
    Rs256,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: &'static [Self] = &[Self::Hs256, Self::Hs384, Self::Hs512, Self::Rs256];

    /// Its name in the header of a token, such as `HS256`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Rs256 => "RS256",
        }
    }

    /// Finds the algorithm of a name.
    ///
    /// # Errors
    /// `InvalidArgument` if it is another one, `none` among them.
    pub fn from_name(name: &str) -> Result<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or_else(|| Error::invalid_argument("the algorithm of a token must be HS256, HS384, HS512 or RS256"))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What tokens are signed with; nothing prints it.
#[derive(Clone)]
pub(super) enum Key {
    Secret(SecretString),
    Private(Arc<dyn SigningKey>),
}

impl Key {
    /// Reads a key for this algorithm: a secret, or the PEM text of a private key.
    pub(super) fn new(key: &str, algorithm: Algorithm) -> Result<Self> {
        match algorithm {
            Algorithm::Rs256 => Ok(Self::Private(Arc::new(private_key(key)?))),
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => secret(key).map(Self::Secret),
        }
    }

    fn sign(&self, message: &[u8], algorithm: Algorithm) -> Result<Vec<u8>> {
        match (self, algorithm) {
            (Self::Secret(secret), Algorithm::Hs256) => mac::<Hmac<Sha256>>(secret, message),
            (Self::Secret(secret), Algorithm::Hs384) => mac::<Hmac<Sha384>>(secret, message),
            (Self::Secret(secret), Algorithm::Hs512) => mac::<Hmac<Sha512>>(secret, message),
            (Self::Private(key), Algorithm::Rs256) => {
                let unable = || Error::configuration("the private key cannot sign with RS256");
                let signer = key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).ok_or_else(unable)?;
                signer.sign(message).map_err(|cause| unable().with_source(cause))
            }
            _ => Err(Error::invalid_argument(format!("a token for {algorithm} needs another kind of key"))),
        }
    }
}

/// The text of a secret; a key of two halves is none, whose public one anybody knows.
pub(super) fn secret(key: &str) -> Result<SecretString> {
    if key.is_empty() {
        return Err(Error::invalid_argument("the secret of a token is empty"));
    }
    if key.contains("-----BEGIN ") {
        return Err(Error::invalid_argument(
            "the secret of a token must not be a PEM key: HS256 takes a shared secret",
        ));
    }
    Ok(SecretString::from(key))
}

fn private_key(pem: &str) -> Result<RsaSigningKey> {
    let wrong = || {
        Error::configuration(
            "private_key must be an RSA key of 2048 to 4096 bits in PEM, PKCS #8 or PKCS #1, without a passphrase",
        )
    };
    // what the parsers say of a key that they could not read stays out of it
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| wrong())?;
    RsaSigningKey::new(&der).map_err(|_| wrong())
}

/// A message authentication code, not yet finished.
pub(super) fn begin<M: Mac + KeyInit>(secret: &SecretString, message: &[u8]) -> Result<M> {
    // HMAC takes a key of any length
    let mac = <M as KeyInit>::new_from_slice(secret.expose_secret().as_bytes());
    let mut mac = mac.map_err(|_| Error::configuration("the secret of a token cannot be used"))?;
    mac.update(message);
    Ok(mac)
}

fn mac<M: Mac + KeyInit>(secret: &SecretString, message: &[u8]) -> Result<Vec<u8>> {
    Ok(begin::<M>(secret, message)?.finalize().into_bytes().to_vec())
}

/// Writes and signs a token whose header names the algorithm itself.
pub(super) fn sign(
    header: &impl Serialize,
    claims: &impl Serialize,
    key: &Key,
    algorithm: Algorithm,
) -> Result<String> {
    let wrong = |cause| Error::invalid_argument("the claims of a token are no JSON").with_source(cause);
    let mut token = String::with_capacity(1024);
    let mut json = Vec::with_capacity(512);
    serde_json::to_writer(&mut json, header).map_err(wrong)?;
    URL_SAFE_NO_PAD.encode_string(&json, &mut token);
    token.push('.');
    json.clear();
    serde_json::to_writer(&mut json, claims).map_err(wrong)?;
    URL_SAFE_NO_PAD.encode_string(&json, &mut token);
    let signature = key.sign(token.as_bytes(), algorithm)?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// What the header of every token says.
#[derive(Serialize)]
pub(super) struct Header {
    typ: &'static str,
    alg: &'static str,
}

impl Header {
    /// The header of a token of this algorithm.
    pub(super) fn of(algorithm: Algorithm) -> Self {
        Self { typ: "JWT", alg: algorithm.as_str() }
    }
}

/// The claims that a struct stands for, which has only names and plain values.
pub(super) fn claims(of: &impl Serialize) -> Claims {
    match serde_json::to_value(of) {
        Ok(Value::Object(claims)) => claims,
        _ => Claims::new(),
    }
}

/// Writes and signs a token of any header and claims; `alg` is set to the algorithm.
///
/// # Errors
/// `InvalidArgument` or `Configuration` if the key is none for the algorithm.
#[doc(hidden)]
pub fn encode(mut headers: Claims, claims: &Claims, key: &str, algorithm: Algorithm) -> Result<String> {
    headers.insert("alg".to_owned(), algorithm.as_str().into());
    headers.entry("typ").or_insert_with(|| "JWT".into());
    sign(&headers, claims, &Key::new(key, algorithm)?, algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_is_found_by_its_name_alone() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::from_name(algorithm.as_str()).unwrap(), *algorithm);
        }
        for wrong in ["none", "None", "", "hs256", "ES256", "RS512"] {
            assert!(Algorithm::from_name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_that_cannot_sign_is_refused_without_being_shown() {
        for (key, algorithm) in [
            ("", Algorithm::Hs256),
            ("-----BEGIN PUBLIC KEY-----\nhunter2", Algorithm::Hs512),
            ("hunter2", Algorithm::Rs256),
            ("-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n", Algorithm::Rs256),
        ] {
            let error = Key::new(key, algorithm).err().unwrap();
            assert!(!format!("{error} {error:?}").contains("unter2"), "{error:?}");
        }
    }
}
