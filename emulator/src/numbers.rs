//! The numbers that accounts own: who gets what is sent to them.

use std::collections::HashMap;

use ringback::operation::Operation;
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome, Refusal},
    egress::Method,
    generic::{self, Collections, Record},
    paging,
    request::Request,
    validate,
    world::World,
};

/// Numbers and their owners.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    owners: HashMap<String, Owned>,
    made: u64,
}

#[derive(Debug)]
struct Owned {
    account: String,
    sid: String,
    number: u64,
}

/// Where a number's webhook goes.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) url: String,
    pub(crate) method: Method,
    pub(crate) fallback: Option<(String, Method)>,
}

impl Numbers {
    /// The account that owns a number.
    pub(crate) fn owner(&self, number: &str) -> Option<&str> {
        self.owners.get(number).map(|owned| owned.account.as_str())
    }

    /// The number that an account has owned longest.
    pub(crate) fn first_of(&self, account: &str) -> Option<String> {
        let own = self.owners.iter().filter(|(_, owned)| owned.account == account);
        own.min_by_key(|(_, owned)| owned.number).map(|(number, _)| number.clone())
    }

    /// The record of a number.
    pub(crate) fn record<'a>(&self, collections: &'a Collections, number: &str) -> Option<&'a Record> {
        let owned = self.owners.get(number)?;
        collections.get(&key(&owned.account), &owned.sid)
    }

    /// Where messages to a number are announced.
    pub(crate) fn sms_hook(&self, collections: &Collections, number: &str) -> Option<Hook> {
        hook(self.record(collections, number)?, "sms")
    }

    /// Where calls to a number are announced.
    pub(crate) fn voice_hook(&self, collections: &Collections, number: &str) -> Option<Hook> {
        hook(self.record(collections, number)?, "voice")
    }
}

fn key(account: &str) -> String {
    generic::key(account, "api", &format!("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers"))
}

fn hook(record: &Record, kind: &str) -> Option<Hook> {
    let text =
        |name: &str| record.get(&format!("{kind}_{name}")).and_then(Value::as_str).filter(|text| !text.is_empty());
    let method = |name: &str| Method::parse(text(name)).unwrap_or(Method::Post);
    Some(Hook {
        url: text("url")?.to_owned(),
        method: method("method"),
        fallback: text("fallback_url").map(|url| (url.to_owned(), method("fallback_method"))),
    })
}

/// `POST IncomingPhoneNumbers`, also for one kind of number.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome {
    let number = match (request.get("PhoneNumber"), request.get("AreaCode")) {
        (Some("+15005550000"), _) => return Err(Refusal::bad(21422, "The phone number is not available.")),
        (Some("+15005550001"), _) => return Err(Refusal::bad(21421, "The phone number is not valid.")),
        (Some(number), _) => validate::e164(number)
            .ok_or_else(|| Refusal::bad(21421, format!("The phone number {number} is not valid.")))?,
        (None, Some("533")) => return Err(Refusal::bad(21452, "No number is available in this area code.")),
        (None, Some(area)) if area.len() == 3 && area.bytes().all(|digit| digit.is_ascii_digit()) => {
            world.numbers.made += 1;
            format!("+1{area}555{:04}", world.numbers.made % 10_000)
        }
        (None, Some(_)) => return Err(Refusal::bad(21451, "The 'AreaCode' must be three digits.")),
        (None, None) => return Err(Refusal::bad(21421, "A 'PhoneNumber' or an 'AreaCode' is required.")),
    };
    if world.numbers.owner(&number).is_some_and(|owner| owner != request.account) {
        return Err(Refusal::bad(21422, format!("The phone number {number} is not available.")));
    }
    check_urls(request)?;
    let list = format!("/2010-04-01/Accounts/{}/IncomingPhoneNumbers", request.account);
    let kind = kind_of(request.operation);
    let mut record = generic::make(world, request)?;
    let sid = record.get("sid").and_then(Value::as_str).unwrap_or_default().to_owned();
    record.insert("phone_number".into(), number.as_str().into());
    record.insert("uri".into(), format!("{list}/{sid}.json").into());
    record.insert("capabilities".into(), json!({ "voice": true, "sms": true, "mms": true, "fax": false }));
    record.insert("origin".into(), "twilio".into());
    record.insert("status".into(), "in-use".into());
    record.insert("type".into(), kind.unwrap_or("local").into());
    let defaults = [
        ("friendly_name", number.as_str()),
        ("sms_method", "POST"),
        ("sms_fallback_method", "POST"),
        ("voice_method", "POST"),
        ("voice_fallback_method", "POST"),
        ("status_callback_method", "POST"),
        ("voice_receive_mode", "voice"),
        ("address_requirements", "none"),
        ("emergency_status", "Inactive"),
    ];
    for (name, value) in defaults {
        if record.get(name).is_none_or(Value::is_null) {
            record.insert(name.into(), value.into());
        }
    }
    let table = world.collections.table(&key(&request.account));
    let before = world.numbers.owners.get(&number).map(|owned| owned.sid.clone());
    if let Some(before) = before {
        table.remove(&before); // the same number again replaces its settings
    }
    table.insert(&sid, record.clone());
    world.numbers.made += 1;
    let owned = Owned { account: request.account.clone(), sid, number: world.numbers.made };
    world.numbers.owners.insert(number, owned);
    Ok(Answer::json(201, record.into()))
}

fn check_urls(request: &Request) -> Outcome<()> {
    for (name, code) in [
        ("SmsUrl", 21502),
        ("SmsFallbackUrl", 21502),
        ("VoiceUrl", 21205),
        ("VoiceFallbackUrl", 21205),
        ("StatusCallback", 21502),
    ] {
        if let Some(url) = request.get(name).filter(|url| !validate::is_url(url)) {
            return Err(Refusal::bad(code, format!("The '{name}' {url} is not a valid URL.")));
        }
    }
    Ok(())
}

fn kind_of(operation: &Operation) -> Option<&'static str> {
    match operation.resource.name.rsplit('.').next() {
        Some("local") => Some("local"),
        Some("mobile") => Some("mobile"),
        Some("toll_free") => Some("toll-free"),
        _ => None,
    }
}

/// `GET IncomingPhoneNumbers`.
pub(crate) fn list(world: &mut World, request: &Request) -> Outcome {
    generic::list_where(world, request, &key(&request.account), |_| true)
}

/// `GET IncomingPhoneNumbers/Local` and its like.
pub(crate) fn list_of_kind(world: &mut World, request: &Request) -> Outcome {
    let kind = kind_of(request.operation);
    let keep = |record: &Record| record.get("type").and_then(Value::as_str) == kind;
    generic::list_where(world, request, &key(&request.account), keep)
}

/// `POST IncomingPhoneNumbers/{Sid}`.
pub(crate) fn update(world: &mut World, request: &Request) -> Outcome {
    check_urls(request)?;
    generic::update_named(world, request)
}

/// `DELETE IncomingPhoneNumbers/{Sid}`.
pub(crate) fn delete(world: &mut World, request: &Request) -> Outcome {
    let record = generic::take_named(world, request)?;
    if let Some(number) = record.get("phone_number").and_then(Value::as_str) {
        world.numbers.owners.remove(number);
    }
    Ok(Answer::empty())
}

/// `GET AvailablePhoneNumbers/{CountryCode}/Local` and its like: numbers that nobody owns.
pub(crate) fn available(world: &mut World, request: &Request) -> Outcome {
    let country = request.path_value("CountryCode").to_ascii_uppercase();
    let area = request.get("AreaCode").filter(|area| area.len() == 3 && area.bytes().all(|byte| byte.is_ascii_digit()));
    let prefix = match country.as_str() {
        "US" | "CA" => format!("+1{}5550", area.unwrap_or("500")),
        "GB" => "+4477009000".to_owned(),
        _ => "+8835100000".to_owned(),
    };
    let free =
        (100..130).map(|number| format!("{prefix}{number}")).filter(|number| world.numbers.owner(number).is_none());
    let record = |number: String| {
        json!({
            "friendly_name": number,
            "phone_number": number,
            "lata": Value::Null, "locality": Value::Null, "rate_center": Value::Null,
            "latitude": Value::Null, "longitude": Value::Null, "region": Value::Null, "postal_code": Value::Null,
            "iso_country": country,
            "address_requirements": "none",
            "beta": false,
            "capabilities": { "voice": true, "SMS": true, "MMS": true, "fax": false },
        })
    };
    paging::answer_all(request, free.map(record).collect())
}
