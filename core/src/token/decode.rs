//! Reads tokens: only by a key and an algorithm that the caller chose, never by what a token says of itself.

use std::{fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use rustls::pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};
use secrecy::SecretString;
use serde_json::Value;
use sha2::{Sha256, Sha384, Sha512};
use webpki::{RawPublicKeyEntity, ring::RSA_PKCS1_2048_8192_SHA256};

use super::{
    Algorithm,
    jws::{self, Claims},
};
use crate::{Error, Result};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 64 << 10;
/// How much clocks may differ unless it is said.
const LEEWAY: Duration = Duration::from_secs(60);

/// What a token says.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Its header: the algorithm, and what kind of token it is.
    pub header: Claims,
    /// Its claims.
    pub claims: Claims,
}

/// Reads a token that this key signed by this algorithm, whose time has come and has not passed.
///
/// The key is the secret, or the PEM text of the public key for `RS256`. Clocks may differ by a minute; [`Decoder`] has
/// another leeway.
///
/// # Errors
/// `InvalidArgument` that says why the token is not believed, or that the key is none.
pub fn decode(token: &str, key: &str, algorithm: Algorithm) -> Result<Decoded> {
    Decoder::new(key, algorithm)?.decode(token)
}

/// Reads tokens that one key signed by one algorithm.
#[must_use]
pub struct Decoder {
    algorithm: Algorithm,
    key: Key,
    leeway: Duration,
    now: Option<Timestamp>,
}

enum Key {
    Secret(SecretString),
    Public(SubjectPublicKeyInfoDer<'static>),
}

impl Decoder {
    /// Takes the secret, or the PEM text of the public key for `RS256`.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is none for the algorithm; a public key is no secret.
    pub fn new(key: &str, algorithm: Algorithm) -> Result<Self> {
        let key = match algorithm {
            Algorithm::Rs256 => Key::Public(public_key(key)?),
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => Key::Secret(jws::secret(key)?),
        };
        Ok(Self { algorithm, key, leeway: LEEWAY, now: None })
    }

    /// How much clocks may differ; a minute unless set.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// The moment for which tokens are read, instead of now: for tests.
    pub fn at(mut self, moment: Timestamp) -> Self {
        self.now = Some(moment);
        self
    }

    /// Reads a token.
    ///
    /// # Errors
    /// `InvalidArgument` that says why the token is not believed.
    pub fn decode(&self, token: &str) -> Result<Decoded> {
        let parts = Parts::of(token)?;
        let header = parts.header(self.algorithm)?;
        self.verify(&parts)?;
        // what is in it is read only now that somebody vouches for it
        let claims = read(parts.claims)?;
        if claims.get("aud").is_some_and(|audience| !audience.is_null()) {
            return Err(refused("is meant for an audience, which tokens of Twilio's are not"));
        }
        check_times(&claims, self.now.unwrap_or_else(Timestamp::now), self.leeway)?;
        Ok(Decoded { header, claims })
    }

    /// Reads what a token says whoever wrote it, if its time has come and has not passed.
    ///
    /// It proves nothing: for tokens that the caller made or verified.
    ///
    /// # Errors
    /// As [`Decoder::decode`], without a look at the signature.
    #[doc(hidden)]
    pub fn read_unverified(token: &str, algorithm: Algorithm, now: Timestamp) -> Result<Decoded> {
        let parts = Parts::of(token)?;
        let decoded = Decoded { header: parts.header(algorithm)?, claims: read(parts.claims)? };
        check_times(&decoded.claims, now, Duration::ZERO)?;
        Ok(decoded)
    }

    fn verify(&self, parts: &Parts<'_>) -> Result<()> {
        let message = parts.signed.as_bytes();
        let signature = bytes(parts.signature)?;
        let is_right = match (&self.key, self.algorithm) {
            (Key::Secret(secret), Algorithm::Hs256) => matches::<Hmac<Sha256>>(secret, message, &signature)?,
            (Key::Secret(secret), Algorithm::Hs384) => matches::<Hmac<Sha384>>(secret, message, &signature)?,
            (Key::Secret(secret), Algorithm::Hs512) => matches::<Hmac<Sha512>>(secret, message, &signature)?,
            (Key::Public(key), Algorithm::Rs256) => RawPublicKeyEntity::try_from(key)
                .and_then(|key| key.verify_signature(RSA_PKCS1_2048_8192_SHA256, message, &signature))
                .is_ok(),
            _ => false,
        };
        is_right.then_some(()).ok_or_else(|| refused("was not signed with this key, or was changed since"))
    }
}

/// Tells by which algorithm it reads, and nothing of the key.
impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// A token by its parts, none of them read.
struct Parts<'a> {
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
    /// The header and the claims with the dot between them.
    signed: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Result<Self> {
        if token.len() > LONGEST {
            return Err(refused("is longer than 64 KiB"));
        }
        let parts = || {
            let (signed, signature) = token.rsplit_once('.')?;
            let (header, claims) = signed.split_once('.')?;
            (!claims.contains('.')).then_some(Self { header, claims, signature, signed })
        };
        parts().ok_or_else(|| refused("does not have three parts with dots between them"))
    }

    /// The header, if it names the algorithm that the caller chose.
    fn header(&self, algorithm: Algorithm) -> Result<Claims> {
        let header = read(self.header)?;
        if header.get("alg").and_then(Value::as_str) != Some(algorithm.as_str()) {
            return Err(refused(&format!("is not signed with {algorithm}, which is expected")));
        }
        if header.contains_key("crit") {
            return Err(refused("demands extensions that are not known"));
        }
        Ok(header)
    }
}

fn matches<M: Mac + hmac::KeyInit>(secret: &SecretString, message: &[u8], signature: &[u8]) -> Result<bool> {
    Ok(jws::begin::<M>(secret, message)?.verify_slice(signature).is_ok())
}

fn public_key(pem: &str) -> Result<SubjectPublicKeyInfoDer<'static>> {
    let wrong = || Error::invalid_argument("the key for RS256 must be the PEM text of a public key");
    let key = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).map_err(|_| wrong())?;
    RawPublicKeyEntity::try_from(&key).map_err(|_| wrong())?;
    Ok(key)
}

fn bytes(part: &str) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| refused("is not written in the Base64 of URLs"))
}

fn read(part: &str) -> Result<Claims> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| refused("holds what is no JSON object"))
}

/// Refuses a token before its time and after it.
fn check_times(claims: &Claims, now: Timestamp, leeway: Duration) -> Result<()> {
    let now = now.as_duration().as_secs_f64();
    let leeway = leeway.as_secs_f64();
    let moment = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(moment) => moment.as_f64().map(Some).ok_or_else(|| refused(&format!("says {name}, but not a moment"))),
    };
    if moment("exp")?.is_some_and(|end| end <= now - leeway) {
        return Err(refused("has expired"));
    }
    for name in ["nbf", "iat"] {
        if moment(name)?.is_some_and(|begin| begin > now + leeway) {
            return Err(refused(&format!("is not valid yet ({name})")));
        }
    }
    Ok(())
}

fn refused(why: &str) -> Error {
    Error::invalid_argument(format!("the token {why}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const SECRET: &str = "hunter2";
    const PRIVATE: &str = include_str!("../../../tests/vectors/tokens_private_key.pem");
    const PUBLIC: &str = include_str!("../../../tests/vectors/tokens_public_key.pem");

    fn claims(value: Value) -> Claims {
        serde_json::from_value(value).unwrap()
    }

    fn signed(header: Value, body: Value) -> String {
        let key = jws::Key::new(SECRET, Algorithm::Hs256).unwrap();
        jws::sign(&claims(header), &claims(body), &key, Algorithm::Hs256).unwrap()
    }

    fn at(seconds: i64) -> Decoder {
        Decoder::new(SECRET, Algorithm::Hs256)
            .unwrap()
            .leeway(Duration::from_secs(5))
            .at(Timestamp::from_second(seconds).unwrap())
    }

    fn told(token: &str) -> String {
        at(1000).decode(token).unwrap_err().to_string()
    }

    #[test]
    fn a_token_is_believed_in_its_time_alone() {
        let token = signed(json!({ "alg": "HS256" }), json!({ "nbf": 1000, "exp": 2000 }));
        for seconds in [995, 1000, 2000, 2004] {
            assert!(at(seconds).decode(&token).is_ok(), "{seconds}");
        }
        assert!(at(994).decode(&token).unwrap_err().to_string().contains("not valid yet"));
        assert!(at(2005).decode(&token).unwrap_err().to_string().contains("expired"));
        for wrong in [json!({ "exp": "2000" }), json!({ "exp": null }), json!({ "nbf": [] }), json!({ "iat": 1006 })] {
            assert!(at(1000).decode(&signed(json!({ "alg": "HS256" }), wrong.clone())).is_err(), "{wrong}");
        }
        assert!(told(&signed(json!({ "alg": "HS256" }), json!({ "aud": "you" }))).contains("audience"));
    }

    #[test]
    fn the_algorithm_is_the_callers_whatever_the_token_says() {
        let body = json!({ "exp": 2000 });
        for alg in [json!("none"), json!("None"), json!("HS512"), json!("RS256"), json!(null), json!(["HS256"])] {
            assert!(told(&signed(json!({ "alg": alg }), body.clone())).contains("expected"), "{alg}");
        }
        assert!(
            told(&signed(json!({ "alg": "HS256", "crit": ["b64"], "b64": false }), body.clone())).contains("known")
        );
        let (head, rest) = ("eyJhbGciOiJub25lIn0", signed(json!({ "alg": "HS256" }), body.clone()));
        let unsigned = format!("{head}.{}.", rest.split('.').nth(1).unwrap());
        assert!(at(1000).decode(&unsigned).is_err());
        assert!(Decoder::read_unverified(&unsigned, Algorithm::Hs256, Timestamp::from_second(1).unwrap()).is_err());
        assert!(at(1000).decode(&rest).is_ok(), "control: signed as it is expected");
    }

    #[test]
    fn a_public_key_is_no_secret_and_verifies_only_what_its_private_half_signed() {
        let rsa = jws::encode(Claims::new(), &claims(json!({ "exp": 2000 })), PRIVATE, Algorithm::Rs256).unwrap();
        let public = Decoder::new(PUBLIC, Algorithm::Rs256).unwrap().at(Timestamp::from_second(1000).unwrap());
        assert!(public.decode(&rsa).is_ok());
        assert!(at(1000).decode(&rsa).is_err(), "by a secret");
        for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
            assert!(Decoder::new(PUBLIC, algorithm).is_err(), "{algorithm}");
        }
        // what a library would believe that takes the algorithm from the token
        let secret = jws::Key::Secret(SecretString::from(PUBLIC));
        let confused = |alg: &str| {
            jws::sign(&claims(json!({ "alg": alg })), &claims(json!({ "exp": 2000 })), &secret, Algorithm::Hs256)
                .unwrap()
        };
        assert!(public.decode(&confused("HS256")).is_err() && public.decode(&confused("RS256")).is_err());
        let believes =
            Decoder { algorithm: Algorithm::Hs256, key: Key::Secret(SecretString::from(PUBLIC)), ..at(1000) };
        assert!(believes.decode(&confused("HS256")).is_ok(), "control: the forgery is whole");
    }

    #[test]
    fn a_token_that_was_changed_is_refused() {
        let token = signed(json!({ "alg": "HS256" }), json!({ "exp": 2000, "grants": { "identity": "alice" } }));
        assert!(at(1000).decode(&token).is_ok(), "control: unchanged");
        for index in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            assert!(at(1000).decode(&String::from_utf8(changed).unwrap()).is_err(), "{index}");
        }
        let (signed, signature) = token.rsplit_once('.').unwrap();
        for wrong in ["", "==", &signature[..20], &format!("{signature}="), &format!("{signature}AAAA")] {
            assert!(at(1000).decode(&format!("{signed}.{wrong}")).is_err(), "{wrong}");
        }
        for wrong in ["", ".", "..", "...", "a.b", "a.b.c.d", &format!("{token}.a"), &"a.".repeat(40_000)] {
            assert!(at(1000).decode(wrong).is_err());
        }
    }

    proptest! {
        #[test]
        fn nothing_that_a_stranger_sends_is_believed(token in "[A-Za-z0-9_.\\-=]{0,200}|\\PC{0,60}") {
            prop_assert!(at(1000).decode(&token).is_err());
        }

        #[test]
        fn what_is_signed_is_read_as_it_was(identity in "\\PC{0,40}", number in any::<i64>()) {
            let body = json!({ "exp": 2000, "grants": { "identity": identity, "n": number } });
            let decoded = at(1000).decode(&signed(json!({ "alg": "HS256" }), body.clone())).unwrap();
            prop_assert_eq!(decoded.claims, claims(body));
        }
    }
}
