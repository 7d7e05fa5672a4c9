//! A call, and how Twilio writes it.

use serde_json::{Map, Value, json};

use crate::{clock::Moment, dates, egress::Method, interpreter::Program, world::World};

/// Which call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) account: String,
    pub(crate) sid: String,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Queued,
    Ringing,
    InProgress,
    Completed,
    Busy,
    Failed,
    NoAnswer,
    Canceled,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
            Self::Canceled => "canceled",
        }
    }

    /// Whether the call is over.
    pub(crate) const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Ringing | Self::InProgress)
    }
}

/// Where the progress of a call is reported.
#[derive(Clone, Debug)]
pub(crate) struct Callback {
    pub(crate) url: String,
    pub(crate) method: Method,
    /// Which events are reported; none means once, at the end, as incoming numbers do.
    pub(crate) events: Option<Vec<String>>,
}

/// Where a call's first TwiML comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Url {
        url: String,
        method: Method,
        fallback: Option<(String, Method)>,
    },
    Twiml(String),
    /// A leg that only listens and speaks: the other end of a `<Dial>`.
    Bridge,
}

/// One call, or one leg of one.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) sid: String,
    pub(crate) account: String,
    pub(crate) to: String,
    pub(crate) from: String,
    pub(crate) direction: &'static str,
    pub(crate) parent: Option<String>,
    pub(crate) number_sid: Option<String>,
    pub(crate) status: Status,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) started: Option<Moment>,
    pub(crate) ended: Option<Moment>,
    pub(crate) answered_by: Option<&'static str>,
    pub(crate) detects_machines: bool,
    pub(crate) callback: Option<Callback>,
    pub(crate) callbacks_sent: u32,
    pub(crate) source: Source,
    /// How long it rings, in seconds.
    pub(crate) patience: i64,
    pub(crate) program: Program,
    /// Grows with everything that ends a wait, so that a timer or an answer for an earlier one is known as late.
    pub(crate) generation: u64,
    pub(crate) trace: Vec<Value>,
}

impl Call {
    /// Which call it is.
    pub(crate) fn key(&self) -> Key {
        Key { account: self.account.clone(), sid: self.sid.clone() }
    }

    /// How many seconds it lasted; the last one counts whole.
    pub(crate) fn duration(&self) -> Option<i64> {
        let ended = self.ended?;
        Some(self.started.map_or(0, |started| (ended - started + 999) / 1000))
    }

    /// The path of the resource, without `.json`.
    pub(crate) fn path(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Calls/{}", self.account, self.sid)
    }

    /// The resource as Twilio writes it.
    pub(crate) fn to_json(&self) -> Value {
        let path = self.path();
        let mut uris = Map::new();
        for (name, word) in [
            ("events", "Events"),
            ("notifications", "Notifications"),
            ("payments", "Payments"),
            ("recordings", "Recordings"),
            ("siprec", "Siprec"),
            ("streams", "Streams"),
            ("transcriptions", "Transcriptions"),
            ("user_defined_message_subscriptions", "UserDefinedMessageSubscriptions"),
            ("user_defined_messages", "UserDefinedMessages"),
        ] {
            uris.insert(name.into(), format!("{path}/{word}.json").into());
        }
        json!({
            "account_sid": self.account,
            "answered_by": self.answered_by,
            "api_version": "2010-04-01",
            "caller_name": Value::Null,
            "date_created": dates::rfc2822(self.created),
            "date_updated": dates::rfc2822(self.updated),
            "direction": self.direction,
            "duration": self.duration().map(|seconds| seconds.to_string()),
            "end_time": self.ended.map(dates::rfc2822),
            "forwarded_from": Value::Null,
            "from": self.from,
            "from_formatted": self.from,
            "group_sid": Value::Null,
            "parent_call_sid": self.parent,
            "phone_number_sid": self.number_sid,
            "price": Value::Null,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": self.started.map(dates::rfc2822),
            "status": self.status.as_str(),
            "stir_verstat": Value::Null,
            "subresource_uris": uris,
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": Value::Null,
            "uri": format!("{path}.json"),
        })
    }

    /// The parameters that every webhook of a call has.
    pub(crate) fn params(&self) -> Vec<(String, String)> {
        let mut params: Vec<(String, String)> = Vec::with_capacity(16);
        let mut add = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
        add("AccountSid", &self.account);
        add("ApiVersion", "2010-04-01");
        add("CallSid", &self.sid);
        add("CallStatus", self.status.as_str());
        add("Called", &self.to);
        add("Caller", &self.from);
        add("Direction", self.direction);
        add("From", &self.from);
        add("To", &self.to);
        if let Some(parent) = &self.parent {
            add("ParentCallSid", parent);
        }
        if let Some(who) = self.answered_by {
            add("AnsweredBy", who);
        }
        params
    }

    /// Notes a step for those who look at the call.
    pub(crate) fn note(&mut self, now: Moment, kind: &str, facts: Value) {
        let mut step = Map::new();
        step.insert("at".into(), dates::precise(now).into());
        step.insert("kind".into(), kind.into());
        if let Value::Object(facts) = facts {
            step.extend(facts);
        }
        self.trace.push(step.into());
    }
}

impl World {
    /// A call, if it is still known.
    pub(crate) fn call(&mut self, key: &Key) -> Option<&mut Call> {
        self.accounts.get_mut(&key.account)?.calls.get_mut(&key.sid)
    }

    /// A call that is not over.
    pub(crate) fn live_call(&mut self, key: &Key) -> Option<&mut Call> {
        self.call(key).filter(|call| !call.status.is_final())
    }

    /// Notes a step of a call.
    pub(crate) fn trace(&mut self, key: &Key, kind: &str, facts: Value) {
        let now = self.now();
        if let Some(call) = self.call(key) {
            call.note(now, kind, facts);
        }
    }
}
