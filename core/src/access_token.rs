//! Client credentials: the access token that they are worth, fetched when it is needed and renewed before it ends.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::{
    Client, Error, ErrorKind, IntoOperation, Outcome, Params, Response, Result, credentials::Signature, params,
    process::PerProcess, progress::Progress, request::WireRequest,
};

const OPERATION: &str = "oauth.v2.token.create";
/// The longest life that is believed; a token that says more of itself, or nothing, is taken to live an hour.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// How long before its end a token is renewed, unless a fifth of its life is less.
const AHEAD: Duration = Duration::from_secs(60);
/// How long a renewal ahead of time may keep a request waiting, whose token still is good.
const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST_TOKEN: usize = 16 << 10;
const LARGEST_ANSWER: usize = 64 << 10;

/// An OAuth app with its secret, and the token that all copies of a client share.
pub(crate) struct ClientCredentials {
    client_id: String,
    client_secret: SecretString,
    /// A child of `fork` fetches a token of its own: a lock that was held in the parent would never open in it.
    session: PerProcess<Session>,
}

#[derive(Default)]
struct Session {
    held: Mutex<Option<Held>>,
    /// Held while a token is fetched, so that others wait for it; it keeps the last failure for those who waited.
    turn: tokio::sync::Mutex<Option<Failure>>,
}

struct Held {
    token: Arc<Token>,
    renew_at: Instant,
}

struct Failure {
    at: Instant,
    error: Error,
}

/// An access token; nothing prints it.
pub(crate) struct Token {
    text: SecretString,
    ahead: Duration,
    ends_at: Instant,
    is_refused: AtomicBool,
}

impl Token {
    /// Notes that the service refused this token, and says whether another one may be fetched for the same request.
    ///
    /// The first request that is refused pays for it, so that a service that refuses every token is not asked for ever.
    pub(crate) fn refuse(&self, pay: impl FnOnce() -> bool) -> bool {
        let may = self.is_refused.swap(true, Ordering::AcqRel) || pay();
        if !may {
            self.is_refused.store(false, Ordering::Release);
        }
        may
    }

    /// The `Authorization` header.
    pub(crate) fn authorization(&self) -> Result<HeaderValue> {
        HeaderValue::try_from(format!("Bearer {}", self.text.expose_secret())).map_err(|_| unusable())
    }

    /// Reads what the service answered to a request that was begun at this moment.
    fn read(answer: &Response, begun: Instant) -> Result<Self> {
        let text = answer.text("access_token").ok_or_else(unusable)?;
        let is_bearer = answer.text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        if !is_bearer
            || text.is_empty()
            || text.len() > LARGEST_TOKEN
            || !text.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(unusable());
        }
        let believed = |life: &Duration| !life.is_zero() && *life <= LONGEST_LIFE;
        let said =
            answer.integer("expires_in").and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
        let life = said.filter(believed).or_else(|| life(text).filter(believed)).unwrap_or(USUAL_LIFE);
        Ok(Self {
            text: SecretString::from(text),
            ahead: AHEAD.min(life / 5),
            ends_at: begun + life,
            is_refused: AtomicBool::new(false),
        })
    }
}

/// How long a token in the form of a JWT lives by its own word, which nobody verified.
fn life(token: &str) -> Option<Duration> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let end = UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(claims.get("exp")?.as_f64()?).ok()?)?;
    end.duration_since(SystemTime::now()).ok()
}

impl Session {
    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token, unless it is the one that was refused or has ended, and whether it is not yet to be renewed.
    fn usable(&self) -> Option<(Arc<Token>, bool)> {
        let now = Instant::now();
        let held = self.held();
        let held = held.as_ref()?;
        let is_refused = held.token.is_refused.load(Ordering::Acquire);
        (!is_refused && now < held.token.ends_at).then(|| (Arc::clone(&held.token), now < held.renew_at))
    }

    fn keep(&self, token: Token) -> Arc<Token> {
        let token = Arc::new(token);
        *self.held() = Some(Held { renew_at: token.ends_at - token.ahead, token: Arc::clone(&token) });
        token
    }

    /// Lets a while pass before the same token is to be renewed again.
    fn put_off(&self, token: &Token) {
        if let Some(held) = &mut *self.held() {
            held.renew_at = Instant::now() + token.ahead / 4;
        }
    }
}

impl ClientCredentials {
    pub(crate) fn new(client_id: String, client_secret: SecretString) -> Self {
        Self { client_id, client_secret, session: PerProcess::new(Session::default()) }
    }

    /// The token that the next request is signed with: the one at hand, or a new one.
    ///
    /// One request fetches, the others wait for it, and share the error that it met meanwhile.
    pub(crate) async fn token(&self, client: &Client, deadline: Instant) -> Result<Arc<Token>> {
        let session = self.session.get(|| Ok(Session::default()))?;
        let at_hand = session.usable();
        if let Some((token, true)) = at_hand {
            return Ok(token);
        }
        let asked = Instant::now();
        let mut turn = match (session.turn.try_lock(), at_hand) {
            (Ok(turn), _) => turn,
            (Err(_), Some((token, _))) => return Ok(token), // somebody renews it, and it still is good
            (Err(_), None) => tokio::time::timeout_at(deadline, session.turn.lock()).await.map_err(|_| late())?,
        };
        let at_hand = session.usable();
        match at_hand {
            Some((token, true)) => Ok(token),
            Some((token, false)) => {
                let until = deadline.min(asked + PATIENCE).min(asked + (deadline - asked) / 4);
                Ok(match self.fetch(client, until, 0).await {
                    Ok(renewed) => session.keep(renewed),
                    Err(_) => {
                        session.put_off(&token);
                        token
                    }
                })
            }
            None => {
                if let Some(failure) = turn.as_ref().filter(|failure| failure.at >= asked) {
                    return Err(failure.error.repeated());
                }
                match self.fetch(client, deadline, client.max_retries()).await {
                    Ok(token) => Ok(session.keep(token)),
                    Err(error) => {
                        // another caller may have more time
                        if error.kind() != ErrorKind::TimedOut {
                            *turn = Some(Failure { at: Instant::now(), error: error.repeated() });
                        }
                        Err(error)
                    }
                }
            }
        }
    }

    /// Asks for a token, and again where the answer was lost: asking twice harms nothing.
    async fn fetch(&self, client: &Client, deadline: Instant, retries: u32) -> Result<Token> {
        let asked: Params = params! {
            "grant_type" => "client_credentials",
            "client_id" => self.client_id.as_str(),
            "client_secret" => self.client_secret.expose_secret(),
        };
        let request = WireRequest::new(OPERATION.into_operation()?, &asked, "")?;
        let transport = client.transport().reading_at_most(LARGEST_ANSWER);
        let mut attempt = 0;
        loop {
            let begun = Instant::now();
            let progress = Progress::default();
            let sent = transport.exchange(&request, client.endpoint(), &Signature::Nobody, deadline, &progress);
            let token = sent.await.and_then(|answer| Token::read(&answer, begun));
            let error = match token {
                Ok(token) => return Ok(token),
                Err(error) => error,
            };
            attempt += 1;
            match client.next_try(attempt, retries, true, &error, deadline) {
                Some(next) => tokio::time::sleep_until(next).await,
                None => return Err(self.told(error).with_request("POST", request.bare_path())),
            }
        }
    }

    /// The error of a request that was not sent, since there is no token for it.
    fn told(&self, cause: Error) -> Error {
        let why = match cause.message() {
            // the words of a service that was told the secret
            text if text.contains(self.client_secret.expose_secret()) => "the service said no",
            text => text,
        };
        let message = format!("no access token was to be had for client_id and client_secret: {why}");
        cause.reworded(message).with_outcome(Outcome::NotSent)
    }
}

fn unusable() -> Error {
    Error::new(ErrorKind::Decode, "the answer of the service holds no access token that can be used")
}

fn late() -> Error {
    Error::new(ErrorKind::TimedOut, "no access token came before the deadline").with_outcome(Outcome::NotSent)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answer(body: &str) -> Response {
        Response::new(200, HeaderMap::new(), body.to_owned().into())
    }

    fn life_of(body: &str) -> u64 {
        let begun = Instant::now();
        (Token::read(&answer(body), begun).unwrap().ends_at - begun).as_secs()
    }

    #[test]
    fn a_token_lives_as_long_as_is_said_of_it_where_that_can_be_believed() {
        assert_eq!(life_of(r#"{"access_token":"a","expires_in":1800}"#), 1800);
        assert_eq!(life_of(r#"{"access_token":"a","expires_in":"1800"}"#), 1800);
        for absurd in ["1438315200000", "-1", "0", "null", "[]"] {
            assert_eq!(life_of(&format!(r#"{{"access_token":"a","expires_in":{absurd}}}"#)), 3600, "{absurd}");
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let jwt = |claims: String| format!(r#"{{"access_token":"e30.{}.s"}}"#, URL_SAFE_NO_PAD.encode(claims));
        assert!((595..=600).contains(&life_of(&jwt(format!(r#"{{"exp":{}}}"#, now + 600)))));
        for wrong in [r#"{"exp":1}"#, r#"{"exp":1e300}"#, r#"{"exp":-1}"#, r#"{"exp":"x"}"#, "{}", "no JSON"] {
            assert_eq!(life_of(&jwt(wrong.to_owned())), 3600, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = format!(r#"{{"access_token":"{}"}}"#, "a".repeat(LARGEST_TOKEN + 1));
        let wrong =
            ["", "[]", "{", r#"{"access_token":""}"#, r#"{"access_token":"a b"}"#, r#"{"access_token":1}"#, &long];
        for body in
            wrong.into_iter().chain([r#"{"access_token":"a\r\nb"}"#, r#"{"access_token":"a","token_type":"mac"}"#])
        {
            let error = Token::read(&answer(body), Instant::now()).err().unwrap();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::NotSent), "{body}");
        }
        assert!(Token::read(&answer(r#"{"access_token":"a","token_type":"bearer"}"#), Instant::now()).is_ok());
    }
}
