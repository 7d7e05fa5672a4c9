//! Accounts, their sub-accounts, keys and balance.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome, Refusal},
    dates, generic, paging,
    request::Request,
    sid,
    world::World,
};

fn written(world: &World, request: &Request, sid: &str) -> Value {
    let account = world.accounts.get(sid);
    let made = account.and_then(|account| account.created).map(dates::rfc2822);
    let mut out = json!({
        "sid": sid,
        "auth_token": account.and_then(|account| account.token.clone()),
        "friendly_name": account.and_then(|account| account.friendly_name.clone()).unwrap_or_else(|| sid.to_owned()),
        "owner_account_sid": account.and_then(|account| account.parent.clone()).unwrap_or_else(|| sid.to_owned()),
        "status": account.map_or("active", |account| account.status),
        "type": "Full",
        "date_created": made,
        "date_updated": made,
        "uri": format!("/2010-04-01/Accounts/{sid}.json"),
    });
    out["subresource_uris"] = generic::links(request, request.operation.resource, sid);
    out
}

/// Whether the one who asks may see an account: itself or a part of it.
fn own(world: &World, request: &Request, sid: &str) -> Outcome<()> {
    let is_part = || world.accounts.get(sid)?.parent.as_ref().map(|parent| *parent == request.account);
    match sid == request.account || is_part().unwrap_or_default() {
        true => Ok(()),
        false => Err(request.not_found()),
    }
}

/// `POST Accounts`: makes a sub-account with a token of its own.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome {
    let sid = sid::make("AC");
    let now = world.now();
    let account = world.account(&sid);
    account.token = Some(sid::make(""));
    account.parent = Some(request.account.clone());
    account.friendly_name = request.get("FriendlyName").map(str::to_owned);
    account.created = Some(now);
    Ok(Answer::json(201, written(world, request, &sid)))
}

/// `GET Accounts/{Sid}`.
pub(crate) fn fetch(world: &mut World, request: &Request) -> Outcome {
    let sid = request.path_value("Sid");
    own(world, request, sid)?;
    Ok(Answer::json(200, written(world, request, sid)))
}

/// `GET Accounts`: the account and its parts.
pub(crate) fn list(world: &mut World, request: &Request) -> Outcome {
    let mut sids: Vec<String> = world.accounts.keys().filter(|sid| own(world, request, sid).is_ok()).cloned().collect();
    sids.sort_by_key(|sid| (*sid != request.account, sid.clone()));
    let records: Vec<Value> = sids.iter().map(|sid| written(world, request, sid)).collect();
    let name = request.get("FriendlyName");
    let status = request.get("Status");
    let keep = |record: &Value| {
        name.is_none_or(|name| record["friendly_name"] == name)
            && status.is_none_or(|status| record["status"] == status)
    };
    paging::answer_all(request, records.into_iter().filter(keep).collect())
}

/// `POST Accounts/{Sid}`: renames, suspends or closes.
pub(crate) fn update(world: &mut World, request: &Request) -> Outcome {
    let sid = request.path_value("Sid");
    own(world, request, sid)?;
    let status = match request.get("Status") {
        None => None,
        Some("active") => Some("active"),
        Some("suspended") => Some("suspended"),
        Some("closed") => Some("closed"),
        Some(_) => return Err(Refusal::bad(20001, "The 'Status' must be 'active', 'suspended' or 'closed'")),
    };
    let account = world.account(sid);
    account.status = status.unwrap_or(account.status);
    if let Some(name) = request.get("FriendlyName") {
        account.friendly_name = Some(name.to_owned());
    }
    Ok(Answer::json(200, written(world, request, sid)))
}

/// `GET Balance`: nothing is ever charged here.
pub(crate) fn balance(_: &mut World, request: &Request) -> Outcome {
    Ok(Answer::json(200, json!({ "account_sid": request.account, "balance": "0.00", "currency": "USD" })))
}

/// `POST Keys` and `POST SigningKeys`: the secret is told this once, and works from then on.
pub(crate) fn create_key(world: &mut World, request: &Request) -> Outcome {
    let secret = sid::make("");
    let mut record = generic::create(world, request)?;
    record.insert("secret".into(), secret.as_str().into());
    if let Some(sid) = record.get("sid").and_then(Value::as_str) {
        world.keys.insert(sid.to_owned(), (request.account.clone(), secret));
    }
    Ok(Answer::json(201, record.into()))
}
