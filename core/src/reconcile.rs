//! What became of a message whose send ended `unknown`, found out by listing.

mod address;
mod sought;
mod window;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value as Json;
use tokio::time::Instant;

use self::{address::Fit, sought::Sought, window::Window};
use crate::{Client, Error, ErrorKind, Outcome, Page, Params, Result};

const LIST: &str = "api.v2010.accounts.messages.list";
const PAGE_SIZE: usize = 200;
/// How many pages are read for one recipient before the list counts as too long.
const MOST_PAGES: usize = 50;
/// How long a list may lag behind what was accepted.
const SETTLE: Duration = Duration::from_secs(5);
/// How long to wait between the first two looks at the list; then twice as long each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// What a list says of a message whose send ended `unknown`.
#[derive(Clone, Debug, PartialEq)]
pub enum Reconciliation<M = Json> {
    /// Exactly one message is the one that was sought, its text included: it was sent.
    Found(M),
    /// No message can be it.
    ///
    /// This is strong evidence and no proof: Twilio may accept a request late, or list it late.
    Absent,
    /// These may be it: several are, or what would tell is not in the list, such as the text that a template became.
    Ambiguous(Vec<M>),
}

/// The same in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub enum Verdict {
    /// It was sent.
    Found = 1,
    /// It is not there.
    Absent = 2,
    /// The candidates may be it.
    Ambiguous = 3,
}

impl Verdict {
    /// The verdict in `snake_case`, as Python and logs show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Absent => "absent",
            Self::Ambiguous => "ambiguous",
        }
    }
}

impl<M> Reconciliation<M> {
    /// The verdict in one word.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Found(_) => Verdict::Found,
            Self::Absent => Verdict::Absent,
            Self::Ambiguous(_) => Verdict::Ambiguous,
        }
    }

    /// The messages that are or may be it.
    pub fn into_candidates(self) -> Vec<M> {
        match self {
            Self::Found(message) => vec![message],
            Self::Absent => Vec::new(),
            Self::Ambiguous(messages) => messages,
        }
    }

    fn try_map<N>(self, map: impl Fn(M) -> Result<N>) -> Result<Reconciliation<N>> {
        Ok(match self {
            Self::Found(message) => Reconciliation::Found(map(message)?),
            Self::Absent => Reconciliation::Absent,
            Self::Ambiguous(messages) => {
                Reconciliation::Ambiguous(messages.into_iter().map(map).collect::<Result<_>>()?)
            }
        })
    }
}

mod sealed {
    pub trait Sealed {}
}

/// What a message was sent with: the parameters of `messages.create`, or a typed request.
pub trait Reconcile: sealed::Sealed {
    /// What a message of the list becomes.
    type Message;

    #[doc(hidden)]
    fn into_params(self) -> Params;

    #[doc(hidden)]
    fn decode(message: Json) -> Result<Self::Message>;
}

impl sealed::Sealed for Params {}

impl Reconcile for Params {
    type Message = Json;

    fn into_params(self) -> Params {
        self
    }

    fn decode(message: Json) -> Result<Json> {
        Ok(message)
    }
}

#[cfg(feature = "messaging")]
impl sealed::Sealed for crate::messaging::CreateMessage {}

#[cfg(feature = "messaging")]
impl Reconcile for crate::messaging::CreateMessage {
    type Message = crate::messaging::Message;

    fn into_params(self) -> Params {
        crate::typed::Request::into_params(self)
    }

    fn decode(message: Json) -> Result<Self::Message> {
        serde_json::from_value(message).map_err(|cause| {
            Error::new(ErrorKind::Decode, "a message of the list is not the JSON expected").with_source(cause)
        })
    }
}

impl Client {
    /// Finds out whether a message was sent whose send ended `unknown`, by looking for it in the list of messages.
    ///
    /// `request` is what was sent, and `at` when that was begun, by the clock of this machine
    /// ([`Error::begun_at`] has it). Looked at are messages that Twilio made from 5 seconds before `at` to a minute after
    /// the end of the client's `timeout`; the `Date` of the answer tells how far the two clocks differ. Sids in `known`
    /// are messages whose sending is known already, such as other sends of the same text, and are left out.
    ///
    /// A message that is not there at once is looked for again for 5 seconds, at most half of the `timeout`. What cannot
    /// be told apart is another message with the same recipient, sender and text within that time; a message that was
    /// deleted meanwhile is not found.
    ///
    /// # Errors
    /// As [`Client::execute`]. The outcome is always `unknown`: it speaks of the message, not of the look.
    pub async fn reconcile<R: Reconcile>(
        &self,
        request: R,
        at: Timestamp,
        known: &[&str],
    ) -> Result<Reconciliation<R::Message>> {
        let known: Vec<String> = known.iter().map(|sid| (*sid).to_owned()).collect();
        let found = self.reconcile_params(&request.into_params(), at, &known).await?;
        found.try_map(R::decode).map_err(undecided)
    }

    /// The same with parameters and messages as JSON, for bindings.
    ///
    /// # Errors
    /// As [`Client::reconcile`].
    #[doc(hidden)]
    pub async fn reconcile_params(&self, params: &Params, at: Timestamp, known: &[String]) -> Result<Reconciliation> {
        let deadline = Instant::now() + self.timeout();
        let late = || Error::new(ErrorKind::TimedOut, "the list of messages was not read before the deadline");
        match tokio::time::timeout_at(deadline, self.look_until_settled(params, at, known)).await {
            Ok(found) => found.map_err(undecided),
            Err(_) => Err(undecided(late())),
        }
    }

    async fn look_until_settled(&self, params: &Params, at: Timestamp, known: &[String]) -> Result<Reconciliation> {
        let sought = Sought::new(params, self.account_sid(), known)?;
        if at.duration_since(Timestamp::now()) > jiff_duration(SETTLE) {
            // no message is made there yet, so each would be called absent
            return Err(Error::invalid_argument("at lies in the future; give when the send was begun"));
        }
        let begun = Instant::now();
        // the send may have lasted as long as a call may; after that only the list lags
        let is_settled = Timestamp::now().duration_since(at) >= jiff_duration(self.timeout() + SETTLE);
        let settled = begun + if is_settled { Duration::ZERO } else { SETTLE.min(self.timeout() / 2) };
        let mut wait = FIRST_WAIT;
        loop {
            let is_last = Instant::now() >= settled;
            let found = self.look(&sought, at).await?;
            if found != Reconciliation::Absent || is_last {
                return Ok(found);
            }
            tokio::time::sleep_until(settled.min(Instant::now() + wait)).await;
            wait *= 2;
        }
    }

    /// Reads the list once, from the newest message back to the window.
    async fn look(&self, sought: &Sought<'_>, at: Timestamp) -> Result<Reconciliation> {
        let mut certain = Vec::new();
        let mut possible = Vec::new();
        for path in sought.lists(PAGE_SIZE) {
            let mut pages = self.pages(LIST, Params::new())?.starting_at(&path);
            let mut window = None;
            let mut left = MOST_PAGES;
            while let Some(page) = pages.next().await.transpose()? {
                let window = window.get_or_insert_with(|| Window::new(at, self.timeout(), clock_skew(&page)));
                for message in page.records() {
                    let fitting = match sought.fit(message, window) {
                        Fit::Certain => &mut certain,
                        Fit::Possible => &mut possible,
                        Fit::No => continue,
                    };
                    // what is made meanwhile may push a message onto the next page as well
                    if !fitting.iter().any(|known: &Json| known.get("sid") == message.get("sid")) {
                        fitting.push(message.clone());
                    }
                }
                if window.is_before_all(page.records().last()) || page.next_url().is_none() {
                    break;
                }
                left -= 1;
                if left == 0 {
                    let text = format!("{} messages did not reach back to the send", MOST_PAGES * PAGE_SIZE);
                    return Err(Error::new(ErrorKind::TimedOut, text));
                }
            }
        }
        Ok(match (certain.pop(), possible.is_empty() && certain.is_empty()) {
            (Some(message), true) => Reconciliation::Found(message),
            (None, true) => Reconciliation::Absent,
            (message, false) => {
                certain.extend(message);
                certain.append(&mut possible);
                Reconciliation::Ambiguous(certain)
            }
        })
    }
}

/// How far Twilio's clock is ahead of ours, as far as the answer tells.
fn clock_skew(page: &Page) -> Option<jiff::SignedDuration> {
    let date = window::moment(page.response().header("date")?)?;
    Some(date.duration_since(Timestamp::now()))
}

fn jiff_duration(duration: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(duration).unwrap_or(jiff::SignedDuration::MAX)
}

/// An error of a look leaves the message as it was: whoever would send it again must not be told `not_sent`.
fn undecided(error: Error) -> Error {
    error.with_outcome(Outcome::Unknown)
}
