//! OAuth apps: the tokens that they get for their secret, and whom a token signs in.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ringback::operation::Operation;
use serde_json::json;

use crate::{
    answer::{Answer, Outcome, Refusal},
    auth,
    clock::Moment,
    generic,
    request::Request,
    sid,
    world::World,
};

/// How long a token lives, in seconds.
const LIFE: i64 = 3600;

/// The apps that were seen, and the tokens that they got.
#[derive(Debug, Default)]
pub(crate) struct Apps {
    apps: HashMap<String, App>,
    tokens: HashMap<String, Token>,
}

/// An app, with the secret that it was first used with.
#[derive(Debug)]
struct App {
    secret: String,
    /// The account that it belongs to, once a token of it was used.
    account: Option<String>,
}

#[derive(Debug)]
struct Token {
    app: String,
    ends: Moment,
}

/// Whether an operation asks for a token, which no other credentials are needed for.
pub(crate) fn is_open(operation: &Operation) -> bool {
    matches!(
        operation.name,
        "oauth.v1.token.create" | "oauth.v2.token.create" | "iam.v1.token.create" | "preview_iam.v1.token.create"
    )
}

/// `POST token`: a token for client credentials; other grants are answered from the row.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome {
    if request.get("grant_type") != Some("client_credentials") {
        return generic::handle(world, request);
    }
    let needed = |name: &str| {
        let missing = || Refusal::bad(20001, format!("Parameter '{name}' is required"));
        request.get(name).map(str::to_owned).ok_or_else(missing)
    };
    let (id, secret) = (needed("client_id")?, needed("client_secret")?);
    let now = world.now();
    let apps = &mut world.apps;
    let app = apps.apps.entry(id.clone()).or_insert_with(|| App { secret: secret.clone(), account: None });
    if app.secret != secret {
        return Err(Refusal::authenticate());
    }
    let (begins, ends) = (now / 1000, now / 1000 + LIFE);
    let part = |claims: serde_json::Value| URL_SAFE_NO_PAD.encode(claims.to_string());
    let claims = part(json!({ "sub": id, "iat": begins, "exp": ends, "jti": sid::make("") }));
    let head = part(json!({ "alg": "HS256", "typ": "JWT" }));
    let token = format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(sid::make("")));
    apps.tokens.retain(|_, token| token.ends > now);
    apps.tokens.insert(token.clone(), Token { app: id, ends: ends * 1000 });
    let body = json!({
        "access_token": token,
        "id_token": null,
        "refresh_token": null,
        "token_type": "Bearer",
        "expires_in": LIFE,
    });
    Ok(Answer::json(request.operation.status, body))
}

/// The account of the app whose token this is; an app that signs in first belongs to the account whose path it names.
pub(crate) fn sign_in(world: &mut World, token: &str, in_path: Option<&str>) -> Outcome<String> {
    let now = world.now();
    let known = world.apps.tokens.get(token).filter(|token| token.ends > now).ok_or_else(Refusal::authenticate)?;
    let id = known.app.clone();
    let bound = world.apps.apps.get(&id).and_then(|app| app.account.clone());
    let account = bound.unwrap_or_else(|| auth::first_account(world, in_path));
    if let Some(app) = world.apps.apps.get_mut(&id) {
        app.account = Some(account.clone());
    }
    Ok(account)
}
