//! The control surface: what tests do as the outside world.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    calls,
    egress::Webhook,
    generic,
    messages::{self, Inbound},
    verify,
    world::{Shared, World},
};

/// The longest time that the clock is moved at once: ten years.
const LONGEST: f64 = 10.0 * 366.0 * 86_400.0;

/// How many events are given at once.
const MOST_EVENTS: usize = 10_000;

/// What a call of the surface leads to.
type Done = Result<Value, (u16, String)>;

/// Answers a call with an HTTP status and a JSON body; `call` is the path behind `/_emulator/`.
pub(crate) async fn handle(shared: &Arc<Shared>, method: &str, call: &str, query: &str, body: Value) -> (u16, Value) {
    match answer(shared, method, call, query, &body).await {
        Ok(value) => (200, value),
        Err((status, why)) => (status, json!({ "error": why })),
    }
}

async fn answer(shared: &Arc<Shared>, method: &str, call: &str, query: &str, body: &Value) -> Done {
    let parts: Vec<&str> = call.split('/').collect();
    match (method, parts.as_slice()) {
        ("POST", ["records"]) => shared.with(|world| generic::seed(world, body)),
        ("POST", ["reset"]) => {
            shared.with(World::reset);
            Ok(json!({}))
        }
        ("POST", ["messages"]) => receive_message(shared, body).await,
        ("GET", ["messages"]) => Ok(shared.with(|world| phone(world, &argument(query, "phone").unwrap_or_default()))),
        ("POST", ["calls"]) => {
            let (from, to) = (text(body, "from")?, text(body, "to")?);
            let sid = shared.with(|world| calls::receive(world, &from, &to))?;
            shared.settled().await;
            shared.with(|world| calls::show(world, &sid))
        }
        ("GET", ["calls", sid, "trace"]) => shared.with(|world| calls::trace(world, sid)),
        ("POST", ["calls", sid, act]) => {
            let act = match *act {
                "answer" => calls::Act::Answer,
                "busy" => calls::Act::Busy,
                "no-answer" => calls::Act::NoAnswer,
                "hangup" => calls::Act::Hangup,
                "digits" => calls::Act::Digits(text(body, "digits")?),
                "speech" => calls::Act::Speech(text(body, "text")?),
                _ => return Err((404, format!("a call has no {act}"))),
            };
            shared.with(|world| calls::act(world, sid, act))?;
            shared.settled().await;
            shared.with(|world| calls::show(world, sid))
        }
        ("GET", ["verifications"]) => {
            let to = argument(query, "to");
            Ok(shared.with(|world| verify::open(world, to.as_deref())))
        }
        ("GET", ["events"]) => {
            let since = argument(query, "since").unwrap_or_else(|| "0".into());
            let since: u64 = since.parse().map_err(|_| (400, "since must be the id of an event".to_owned()))?;
            Ok(shared
                .with(|world| json!({ "events": world.events.since(since, MOST_EVENTS), "last": world.events.last() })))
        }
        ("POST", ["events", id, "replay"]) => {
            let id: u64 = id.parse().map_err(|_| (400, "the id of an event is a number".to_owned()))?;
            shared.with(|world| replay(world, id))?;
            shared.settled().await;
            Ok(shared.with(|world| json!({ "replayed": id, "last": world.events.last() })))
        }
        ("GET", ["clock"]) => Ok(shared.with(|world| clock(world))),
        ("POST", ["clock"]) => set_clock(shared, body).await,
        ("POST", ["faults"]) => shared.with(|world| world.faults.enter(body)).map_err(|why| (400, why)),
        ("GET", ["faults"]) => Ok(shared.with(|world| world.faults.show())),
        ("DELETE", ["faults"]) => {
            shared.with(|world| world.faults.clear());
            Ok(json!({}))
        }
        (_, ["reset" | "records" | "messages" | "calls" | "verifications" | "events" | "clock" | "faults", ..]) => {
            Err((405, format!("{method} /_emulator/{call} is not a call of the emulator")))
        }
        _ => Err((404, format!("there is no /_emulator/{call}"))),
    }
}

/// A value of the query.
fn argument(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// A text that must be in the body.
fn text(body: &Value, name: &str) -> Result<String, (u16, String)> {
    match body.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err((400, format!("{name} must be text"))),
        None => Err((400, format!("{name} is missing"))),
    }
}

async fn receive_message(shared: &Arc<Shared>, body: &Value) -> Done {
    let inbound = Inbound {
        from: text(body, "from")?,
        to: text(body, "to")?,
        body: body.get("body").map_or(Ok(String::new()), |_| text(body, "body"))?,
        media: match body.get("media_url") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(url)) => vec![url.clone()],
            Some(Value::Array(urls)) => urls
                .iter()
                .map(|url| {
                    url.as_str().map(str::to_owned).ok_or((400, "media_url must be text or a list of texts".to_owned()))
                })
                .collect::<Result<_, _>>()?,
            Some(_) => return Err((400, "media_url must be text or a list of texts".into())),
        },
        profile_name: body.get("profile_name").and_then(Value::as_str).map(str::to_owned),
    };
    if inbound.body.is_empty() && inbound.media.is_empty() {
        return Err((400, "body or media_url is missing".into()));
    }
    let (account, sid) = shared.with(|world| messages::receive(world, &inbound))?;
    shared.settled().await;
    shared.with(|world| {
        let message = world.account(&account).messages.get(&sid);
        message.map(|message| message.to_json()).ok_or((404, "the message was forgotten meanwhile".to_owned()))
    })
}

/// What is on the screen of a phone: everything that it sent and got, the oldest first.
fn phone(world: &World, phone: &str) -> Value {
    let mut found: Vec<_> = world
        .accounts
        .values()
        .flat_map(|account| account.messages.oldest_first())
        .filter(|message| phone.is_empty() || message.to == phone || message.from.as_deref() == Some(phone))
        .collect();
    found.sort_by_key(|message| message.created);
    json!({ "messages": found.iter().map(|message| message.to_json()).collect::<Vec<_>>() })
}

/// Sends the webhook of an event again, signed anew.
fn replay(world: &mut World, id: u64) -> Result<(), (u16, String)> {
    let missing = || (404, format!("there is no event {id}"));
    let webhook = world.events.webhook(id).ok_or_else(|| match world.events.get(id) {
        Some((kind, _)) => (400, format!("event {id} is a {kind}; only webhooks are replayed")),
        None => missing(),
    })?;
    let token = world.account(&webhook.account).token.clone();
    let webhook = Webhook { token, epoch: world.epoch, fallback: None, replay_of: Some(id), delay: 0, ..webhook };
    world.send(webhook);
    Ok(())
}

fn clock(world: &World) -> Value {
    json!({ "now": crate::dates::precise(world.now()), "frozen": world.clock.is_frozen() })
}

async fn set_clock(shared: &Arc<Shared>, body: &Value) -> Done {
    let freeze = match body.get("freeze") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(freeze)) => Some(*freeze),
        Some(_) => return Err((400, "freeze must be true or false".into())),
    };
    let advance = match body.get("advance") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let seconds = value.as_f64().filter(|seconds| (0.0..=LONGEST).contains(seconds));
            Some(seconds.ok_or((400, "advance must be a number of seconds, at most ten years".to_owned()))?)
        }
    };
    if freeze.is_none() && advance.is_none() {
        return Err((400, "advance or freeze is missing".into()));
    }
    if let Some(seconds) = advance {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be at most ten years")]
        let milliseconds = (seconds * 1000.0).round() as i64;
        let walker = Arc::clone(shared);
        // a task of its own: a caller that goes away meanwhile ends this function, and must not leave time standing
        let walk = tokio::spawn(async move { walker.advance(milliseconds, freeze).await });
        walk.await.map_err(|_| (500, "time could not be moved".to_owned()))?.map_err(|why| (400, why))?;
    } else if freeze == Some(true) {
        shared.with(|world| world.clock.freeze());
    } else {
        shared.thaw();
    }
    Ok(shared.with(|world| clock(world)))
}
