//! One port: the routes behind the front door, and how answers are written.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Json, Router,
    body::{Body, Bytes},
    extract::{Request as HttpRequest, State},
    middleware,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use ringback::operation::{Operation, Place, Standard};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    answer::{Answer, Outcome, Refusal},
    arguments::Arguments,
    auth, control, dates,
    faults::{self, Fault},
    front::{self, Destination},
    generic, oauth, page,
    request::Request,
    route::{self, Found},
    sid,
    world::{Shared, World},
};

/// The largest body that is read.
const LARGEST_BODY: usize = 1 << 20;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// The routes: one check in front, one way to each of the three kinds of answer.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let check = middleware::from_fn_with_state(Arc::clone(&shared), front::check);
    Router::new().fallback(answer).layer(check).with_state(shared)
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    Extension(destination): Extension<Destination>,
    request: HttpRequest,
) -> Response {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let body = match tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return failed(StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 1 MiB"),
        Err(_) => return failed(StatusCode::REQUEST_TIMEOUT, "the body did not arrive within 10 seconds"),
    };
    let path = head.uri.path();
    let query = head.uri.query().unwrap_or_default();
    match destination {
        Destination::Emulator => match path.strip_prefix("/_emulator/") {
            Some(call) => {
                let (status, body) = control_over_http(&shared, &head.method, call, query, &body).await;
                written(status, &body)
            }
            None if path == "/" && head.method == Method::GET => page::show(&shared),
            None => {
                failed(StatusCode::NOT_FOUND, "there is only / and /_emulator/ here; Twilio's API goes by its Host")
            }
        },
        Destination::Twilio { product, host } => {
            let incoming =
                Incoming { product, host, method: head.method.as_str(), path, query, headers: &head.headers, body };
            twilio(&shared, incoming, started).await
        }
    }
}

async fn control_over_http(
    shared: &Arc<Shared>,
    method: &Method,
    call: &str,
    query: &str,
    body: &Bytes,
) -> (u16, Value) {
    let body = match body.is_empty() {
        true => Value::Null,
        false => match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(_) => return (400, json!({ "error": "the body must be JSON" })),
        },
    };
    control::handle(shared, method.as_str(), call, query, body).await
}

/// A request to Twilio, before anything of it is known to be right.
struct Incoming<'a> {
    product: String,
    host: String,
    method: &'a str,
    path: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
    body: Bytes,
}

async fn twilio(shared: &Arc<Shared>, incoming: Incoming<'_>, started: Instant) -> Response {
    let found = route::find(&incoming.product, incoming.method, incoming.path);
    let standard = match &found {
        Found::Route(route, _) => route.operation.resource.version.standard,
        Found::WrongMethod | Found::Nothing => Standard::V0,
    };
    let (fault, answer) = {
        let fault = shared.with(|world| {
            let parameters = || form_urlencoded::parse(&incoming.body).into_owned().collect();
            world.faults.of_request(&incoming.product, incoming.method, incoming.path, parameters)
        });
        match fault {
            Some(Fault::Status { status, code, retry_after }) => {
                let refusal = Refusal::new(status, code, faults::MESSAGE);
                shared.with(|world| note(world, &incoming, "", None, &Err(refusal.clone())));
                let mut response = finished(shared, Err(refusal), standard, started);
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                }
                return response;
            }
            Some(Fault::ResetBefore) => return faults::reset(),
            Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
            _ => {}
        }
        (fault, shared.with(|world| handle(world, &incoming, found)))
    };
    match fault {
        Some(Fault::ResetAfter) => faults::reset(),
        _ => finished(shared, answer, standard, started),
    }
}

/// Finds the account of a request, and lets the module that answers for it do so.
fn handle(world: &mut World, incoming: &Incoming<'_>, found: Found) -> Outcome {
    let in_path = match &found {
        // `/Accounts/{Sid}.json` names an account too, but answers for its own rules; elsewhere it is one that is looked up
        Found::Route(route, values) if route.operation.product() == "api" => {
            values.iter().find(|(name, _)| *name == "AccountSid").map(|(_, value)| value.clone())
        }
        _ => None,
    };
    let is_open = matches!(&found, Found::Route(route, _) if oauth::is_open(route.operation));
    let account = match auth::sign_in(world, incoming.headers, in_path.as_deref(), incoming.path) {
        Ok(account) => account,
        Err(_) if is_open && !incoming.headers.contains_key(header::AUTHORIZATION) => String::new(),
        Err(refusal) => {
            let refused = Err(refusal);
            note(world, incoming, "", None, &refused);
            return refused;
        }
    };
    let (route, path_values) = match found {
        Found::Route(route, values) => (route, values),
        Found::WrongMethod | Found::Nothing => {
            let refused = Err(match found {
                Found::WrongMethod => Refusal::new(405, 20004, "Method not allowed"),
                _ => Refusal::not_found(incoming.path),
            });
            note(world, incoming, &account, None, &refused);
            return refused;
        }
    };
    let content_type = incoming.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let arguments = match Arguments::read(incoming.query, content_type.unwrap_or_default(), &incoming.body) {
        Ok(arguments) => arguments,
        Err(refusal) => {
            let refused = Err(refusal);
            note(world, incoming, &account, None, &refused);
            return refused;
        }
    };
    let request = Request {
        operation: route.operation,
        path_values,
        arguments,
        headers: headers_of(route.operation, incoming.headers),
        path: incoming.path.to_owned(),
        host: incoming.host.clone(),
        account,
    };
    let answer = generic::check_kinds(&request).and_then(|()| (route.handler)(world, &request));
    note(world, incoming, &request.account, Some(&request), &answer);
    answer
}

/// The headers that a row names, as far as they came.
fn headers_of(operation: &Operation, headers: &HeaderMap) -> Vec<(&'static str, String)> {
    let rows = operation.parameters.iter().filter(|row| row.place == Place::Header);
    rows.filter_map(|row| Some((row.name.as_str(), headers.get(row.name.as_str())?.to_str().ok()?.to_owned())))
        .collect()
}

fn note(world: &mut World, incoming: &Incoming<'_>, account: &str, request: Option<&Request>, answer: &Outcome) {
    let (status, code) = match answer {
        Ok(answer) => (answer.status, Value::Null),
        Err(refusal) => (refusal.status, refusal.code.into()),
    };
    let sid = answer.as_ref().ok().and_then(|answer| answer.body.as_ref()?.get("sid").cloned());
    world.note(
        "request",
        json!({
            "method": incoming.method,
            "host": incoming.host,
            "path": incoming.path,
            "operation": request.map(|request| request.operation.name),
            "account_sid": account,
            "parameters": request.map(|request| shown(request.arguments.to_json())),
            "status": status,
            "code": code,
            "sid": sid,
        }),
    );
}

/// The parameters as the log shows them: without the secret of an OAuth app.
fn shown(mut parameters: Value) -> Value {
    if let Some(secret) = parameters.get_mut("client_secret") {
        *secret = "(secret)".into();
    }
    parameters
}

/// The answer with the headers that Twilio sends.
fn finished(shared: &Arc<Shared>, answer: Outcome, standard: Standard, started: Instant) -> Response {
    let (status, body) = match answer {
        Ok(Answer { status, body }) => (status, body),
        Err(refusal) => (refusal.status, Some(refusal.to_json(standard))),
    };
    let redirect = body.as_ref().filter(|_| (300..400).contains(&status));
    let redirect = redirect.and_then(|body| HeaderValue::try_from(body.get("redirect_to")?.as_str()?).ok());
    let mut response = Response::new(body.as_ref().map_or_else(Body::empty, |body| Body::from(body.to_string())));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if let Some(redirect) = redirect {
        headers.insert(header::LOCATION, redirect);
    }
    if status == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Twilio API\""));
    }
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set("date", dates::http(shared.with(|world| world.now())));
    set("twilio-request-id", sid::make("RQ"));
    set("twilio-concurrent-requests", "1".into());
    set("twilio-request-duration", format!("{:.3}", started.elapsed().as_secs_f64()));
    set("x-home-region", "us1".into());
    response
}

fn written(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn failed(status: StatusCode, why: &str) -> Response {
    written(status.as_u16(), &json!({ "error": why }))
}
