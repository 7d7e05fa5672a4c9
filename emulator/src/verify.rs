//! Verify: codes sent and checked, with the limits that Twilio sets.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome, Refusal},
    clock::Moment,
    dates, generic,
    request::Request,
    sid, validate,
    world::World,
};

/// How long a code lives, in milliseconds.
const LIFE: i64 = 10 * 60_000;
const MOST_CHECKS: u32 = 5;
const MOST_SENDS: usize = 5;
const CHANNELS: [&str; 6] = ["sms", "call", "email", "whatsapp", "sna", "auto"];

/// One verification of one recipient.
#[derive(Debug)]
pub(crate) struct Verification {
    sid: String,
    service: String,
    account: String,
    to: String,
    channel: String,
    code: String,
    status: &'static str,
    checks: u32,
    attempts: Vec<Attempt>,
    created: Moment,
    updated: Moment,
    amount: Option<String>,
    payee: Option<String>,
}

/// One sending of the code.
#[derive(Debug)]
struct Attempt {
    time: Moment,
    channel: String,
    sid: String,
}

impl Verification {
    /// Whether it can still be checked, sent again and read.
    ///
    /// Twilio removes a verification once it is approved or expired; a canceled one answers like an absent one here,
    /// too, which Twilio does not say.
    fn is_open(&self, now: Moment) -> bool {
        self.status == "pending" && now - self.created < LIFE
    }

    fn to_json(&self, host: &str) -> Value {
        let attempts = self.attempts.iter().map(|attempt| {
            json!({ "time": dates::iso(attempt.time), "channel": attempt.channel, "attempt_sid": attempt.sid })
        });
        json!({
            "sid": self.sid,
            "service_sid": self.service,
            "account_sid": self.account,
            "to": self.to,
            "channel": self.channel,
            "status": self.status,
            "valid": self.status == "approved",
            "lookup": {},
            "amount": self.amount,
            "payee": self.payee,
            "send_code_attempts": attempts.collect::<Vec<_>>(),
            "sna": Value::Null,
            "date_created": dates::iso(self.created),
            "date_updated": dates::iso(self.updated),
            "url": format!("https://{host}/v2/Services/{}/Verifications/{}", self.service, self.sid),
        })
    }

    fn to_check_json(&self, now: Moment) -> Value {
        json!({
            "sid": self.sid,
            "service_sid": self.service,
            "account_sid": self.account,
            "to": self.to,
            "channel": self.channel,
            "status": self.status,
            "valid": self.status == "approved",
            "amount": self.amount,
            "payee": self.payee,
            "sna_attempts_error_codes": [],
            "date_created": dates::iso(self.created),
            "date_updated": dates::iso(now),
        })
    }
}

fn invalid(name: &str) -> Refusal {
    Refusal::bad(60200, format!("Invalid parameter: {name}"))
}

/// `POST Services`.
pub(crate) fn create_service(world: &mut World, request: &Request) -> Outcome {
    request.get("FriendlyName").ok_or_else(|| invalid("FriendlyName"))?;
    check_service(request)?;
    let record = generic::create(world, request)?;
    let table = world.collections.table(&services(&request.account));
    let sid = record.get("sid").and_then(Value::as_str).unwrap_or_default();
    let Some(record) = table.get_mut(sid) else { return Err(request.not_found()) };
    for (name, default) in [
        ("code_length", json!(6)),
        ("do_not_share_warning_enabled", json!(false)),
        ("verify_event_subscription_enabled", json!(false)),
        ("push", json!({})),
        ("totp", json!({ "issuer": request.get("FriendlyName"), "time_step": 30, "code_length": 6, "skew": 1 })),
        ("whatsapp", json!({})),
        ("passkeys", json!({})),
    ] {
        if record.get(name).is_none_or(Value::is_null) {
            record.insert(name.into(), default);
        }
    }
    Ok(Answer::json(201, record.clone().into()))
}

/// `POST Services/{Sid}`.
pub(crate) fn update_service(world: &mut World, request: &Request) -> Outcome {
    check_service(request)?;
    generic::update_named(world, request)
}

fn check_service(request: &Request) -> Outcome<()> {
    if let Some(name) = request.get("FriendlyName") {
        // five digits could be taken for a code
        let digits = name.chars().filter(char::is_ascii_digit).count();
        if name.chars().count() > 32 || digits >= 5 {
            return Err(invalid("FriendlyName"));
        }
    }
    let length = request.get("CodeLength").map(str::parse::<u8>);
    if length.is_some_and(|length| !matches!(length, Ok(4..=10))) {
        return Err(invalid("CodeLength"));
    }
    Ok(())
}

fn services(account: &str) -> String {
    generic::key(account, "verify", "/v2/Services")
}

/// The code length of the service that the path names, and whether codes may be given.
fn service(world: &World, request: &Request) -> Outcome<(usize, bool)> {
    let record = world.collections.get(&services(&request.account), request.path_value("ServiceSid"));
    let record = request.found(record)?;
    let length = record.get("code_length").and_then(Value::as_u64).unwrap_or(6);
    let custom = record.get("custom_code_enabled").and_then(Value::as_bool).unwrap_or_default();
    Ok((usize::try_from(length).unwrap_or(6), custom))
}

/// The open verification with this sid or of this recipient.
fn find<'a>(world: &'a mut World, request: &Request, id: &str) -> Option<&'a mut Verification> {
    let now = world.now();
    let service = request.path_value("ServiceSid");
    let table = &mut world.account(&request.account).verifications;
    let is_meant =
        |known: &Verification| known.service == service && known.is_open(now) && (known.sid == id || known.to == id);
    let place = match table.place(id) {
        Some(place) => table.at(place).filter(|known| is_meant(known)).map(|_| place),
        None => table.newest_first(None).find(|(_, known)| is_meant(known)).map(|(place, _)| place),
    };
    table.at_mut(place?)
}

/// `POST Verifications`: sends a code, or the same code again.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome {
    let (length, takes_codes) = service(world, request)?;
    let to = request.get("To").ok_or_else(|| invalid("To"))?;
    let channel =
        request.get("Channel").filter(|channel| CHANNELS.contains(channel)).ok_or_else(|| invalid("Channel"))?;
    let is_address = if channel == "email" { validate::is_email(to) } else { validate::is_strict_e164(to) };
    if !is_address {
        return Err(invalid("To"));
    }
    if request.get("Amount").is_some() != request.get("Payee").is_some() {
        return Err(Refusal::bad(60206, "'Amount' and 'Payee' are needed together"));
    }
    let custom = request.get("CustomCode");
    if custom
        .is_some_and(|code| !(4..=10).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        return Err(invalid("CustomCode"));
    }
    if custom.is_some() && !takes_codes {
        return Err(Refusal::new(403, 60204, "The service does not take custom codes"));
    }
    let now = world.now();
    let attempt = Attempt { time: now, channel: channel.to_owned(), sid: sid::make("VL") };
    if let Some(known) = find(world, request, to) {
        if known.attempts.len() >= MOST_SENDS {
            return Err(Refusal::new(429, 60203, "Max send attempts reached"));
        }
        // the same code is sent again; that this does not lengthen its life is our reading, Twilio does not say
        known.attempts.push(attempt);
        known.channel = channel.to_owned();
        known.updated = now;
        let body = known.to_json(&request.host);
        note(world, &body, "sent again");
        return Ok(Answer::json(201, body));
    }
    let code = custom.map_or_else(|| (0..length).map(|_| fastrand::digit(10)).collect(), str::to_owned);
    let verification = Verification {
        sid: sid::make("VE"),
        service: request.path_value("ServiceSid").to_owned(),
        account: request.account.clone(),
        to: to.to_owned(),
        channel: channel.to_owned(),
        code,
        status: "pending",
        checks: 0,
        attempts: vec![attempt],
        created: now,
        updated: now,
        amount: request.get("Amount").map(str::to_owned),
        payee: request.get("Payee").map(str::to_owned),
    };
    let body = verification.to_json(&request.host);
    let sid = verification.sid.clone();
    world.account(&request.account).verifications.insert(&sid, verification);
    note(world, &body, "pending");
    Ok(Answer::json(201, body))
}

fn note(world: &mut World, body: &Value, status: &str) {
    world.note("state", json!({ "kind": "verification", "sid": body["sid"], "status": status, "to": body["to"] }));
}

/// `GET Verifications/{Sid}`, by sid or by recipient.
pub(crate) fn fetch(world: &mut World, request: &Request) -> Outcome {
    service(world, request)?;
    let known = find(world, request, request.path_value("Sid"));
    request.found(known).map(|known| Answer::json(200, known.to_json(&request.host)))
}

/// `POST Verifications/{Sid}`: approves or cancels.
pub(crate) fn update(world: &mut World, request: &Request) -> Outcome {
    service(world, request)?;
    let now = world.now();
    let known = find(world, request, request.path_value("Sid"));
    let known = request.found(known)?;
    known.status = match request.get("Status") {
        Some("approved") => "approved",
        Some("canceled") => "canceled",
        _ => return Err(invalid("Status")),
    };
    known.updated = now;
    let body = known.to_json(&request.host);
    note(world, &body, body["status"].as_str().unwrap_or_default());
    Ok(Answer::json(200, body))
}

/// `POST VerificationCheck`.
pub(crate) fn check(world: &mut World, request: &Request) -> Outcome {
    service(world, request)?;
    let id = match (request.get("To"), request.get("VerificationSid")) {
        (Some(_), Some(_)) | (None, None) => {
            return Err(Refusal::bad(60221, "Exactly one of 'To' and 'VerificationSid' is required"));
        }
        (Some(id), None) | (None, Some(id)) => id,
    };
    let code = request.get("Code").ok_or_else(|| invalid("Code"))?;
    if !(4..=10).contains(&code.chars().count()) {
        return Err(invalid("Code"));
    }
    let now = world.now();
    let known = find(world, request, id);
    let known = request.found(known)?;
    if known.checks >= MOST_CHECKS {
        return Err(Refusal::new(429, 60202, "Max check attempts reached"));
    }
    known.checks += 1;
    if known.code == code {
        known.status = "approved";
        known.updated = now;
    }
    let body = known.to_check_json(now);
    note(world, &body, if body["valid"] == true { "approved" } else { "wrong code" });
    Ok(Answer::json(request.operation.status, body))
}

/// The open verifications with their codes, of one recipient or of all, the newest first.
pub(crate) fn open(world: &World, to: Option<&str>) -> Value {
    let now = world.now();
    let mut found: Vec<&Verification> = world
        .accounts
        .values()
        .flat_map(|account| account.verifications.oldest_first())
        .filter(|known| known.is_open(now) && to.is_none_or(|to| known.to == to))
        .collect();
    found.sort_by_key(|known| std::cmp::Reverse(known.created));
    let show = |known: &&Verification| {
        json!({
            "sid": known.sid,
            "account_sid": known.account,
            "service_sid": known.service,
            "to": known.to,
            "channel": known.channel,
            "code": known.code,
            "checks": known.checks,
            "sends": known.attempts.len(),
            "expires": dates::iso(known.created + LIFE),
        })
    };
    json!({ "verifications": found.iter().map(show).collect::<Vec<_>>() })
}
