//! Who signs in: OAuth apps and their tokens, parts of an account, API keys, regions and edges.

use ringback::{Client, ErrorKind, Outcome, Params, blocking, params};
use ringback_emulator::Emulator;

use crate::application::start;

fn app(emulator: &Emulator, secret: &str) -> blocking::Client {
    let settings = Client::builder().account_sid(Emulator::ACCOUNT_SID).base_url(emulator.url());
    blocking::Client::build(settings.client_credentials("OQ1", secret)).unwrap()
}

fn message() -> Params {
    params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "hello" }
}

/// How many requests to this path were answered so.
fn answered(emulator: &Emulator, path: &str, status: u16) -> usize {
    let events = emulator.events(0).unwrap();
    let events = events["events"].as_array().or_else(|| events.as_array()).unwrap();
    let is_one = |event: &&serde_json::Value| {
        event["path"].as_str().is_some_and(|known| known.ends_with(path)) && event["status"] == status
    };
    events.iter().filter(is_one).count()
}

#[test]
fn an_app_signs_in_by_tokens_and_gets_another_when_one_has_ended() {
    let (emulator, _) = start();
    let client = app(&emulator, "s3cret");
    for _ in 0..3 {
        client.execute("messages.create", message()).unwrap();
    }
    client.execute("verify.v2.services.list", params! {}).unwrap();
    assert_eq!(answered(&emulator, "/v2/token", 200), 1);
    emulator.advance(3601.0).unwrap();
    assert_eq!(client.execute("messages.create", message()).unwrap().status(), 201);
    assert_eq!((answered(&emulator, "/v2/token", 200), answered(&emulator, "/Messages.json", 401)), (2, 1));
    assert_eq!(answered(&emulator, "/Messages.json", 201), 4, "nothing was sent twice");
    emulator.reset().unwrap();
    client.execute("messages.create", message()).unwrap();
}

#[test]
fn a_secret_that_differs_is_refused_and_no_log_shows_one() {
    let (emulator, _) = start();
    app(&emulator, "s3cret-of-the-app").execute("messages.create", message()).unwrap();
    let error = app(&emulator, "another").execute("messages.create", message()).unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.outcome()),
        (ErrorKind::Authentication, Some(20003), Outcome::NotSent)
    );
    assert!(!emulator.events(0).unwrap().to_string().contains("s3cret-of-the-app"));
    let ask = |grant: &str| {
        let asked = params! { "grant_type" => grant, "client_id" => "OQ1" };
        app(&emulator, "s3cret-of-the-app").execute("oauth.v2.token.create", asked).unwrap_err().code()
    };
    assert_eq!(ask("client_credentials"), Some(20001), "the secret is missing");
}

#[test]
fn an_app_acts_for_its_own_account_only() {
    let (emulator, _) = start();
    let client = app(&emulator, "s3cret");
    client.execute("messages.create", message()).unwrap();
    let part = client.execute("api.v2010.accounts.create", params! {}).unwrap();
    let mut for_part = message();
    for_part.set("AccountSid", part.text("sid").unwrap());
    let error = client.execute("messages.create", for_part).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NotFound, Outcome::NotSent));
}

#[test]
fn a_main_account_acts_for_its_parts_and_a_part_for_itself() {
    let (emulator, main) = start();
    let part = main.execute("api.v2010.accounts.create", params! { "FriendlyName" => "shop" }).unwrap();
    let (sid, token) = (part.text("sid").unwrap(), part.text("auth_token").unwrap());
    let owner = |client: &blocking::Client, params: Params| {
        client.execute("messages.create", params).map(|sent| sent.text("account_sid").unwrap().to_owned())
    };
    // the main account's credentials, and the part in the path
    let mut for_part = message();
    for_part.set("AccountSid", sid);
    assert_eq!(owner(&main, for_part).unwrap(), sid);
    // the part's own
    let settings = || Client::builder().account_sid(sid).base_url(emulator.url());
    let own = blocking::Client::build(settings().auth_token(token)).unwrap();
    assert_eq!(owner(&own, message()).unwrap(), sid);
    let mut for_main = message();
    for_main.set("AccountSid", Emulator::ACCOUNT_SID);
    assert_eq!(owner(&own, for_main).unwrap_err().kind(), ErrorKind::NotFound, "a part does not act for the whole");
    // a client of the part that signs in as the main account, which takes the place of a key
    let signed = settings().api_key(Emulator::ACCOUNT_SID).api_secret(Emulator::AUTH_TOKEN);
    assert_eq!(owner(&blocking::Client::build(signed).unwrap(), message()).unwrap(), sid);
    let wrong = blocking::Client::build(settings().auth_token("another")).unwrap();
    assert_eq!(owner(&wrong, message()).unwrap_err().kind(), ErrorKind::Authentication);
    // an API key of the part
    let key = own.execute("new_keys.create", params! {}).unwrap();
    let (key, secret) = (key.text("sid").unwrap(), key.text("secret").unwrap());
    let keyed = blocking::Client::build(settings().api_key(key).api_secret(secret)).unwrap();
    assert_eq!(owner(&keyed, message()).unwrap(), sid);
}

#[test]
fn region_and_edge_stay_in_the_host_that_a_request_names() {
    let (emulator, _) = start();
    for region in [None, Some("ie1"), Some("au1")] {
        for edge in [None, Some("dublin"), Some("ashburn-ix")] {
            let mut settings = emulator.client();
            let mut host = String::from("verify");
            if let Some(edge) = edge {
                settings = settings.edge(edge);
                host = format!("{host}.{edge}.{}", region.unwrap_or("us1"));
            } else if let Some(region) = region {
                host = format!("{host}.{region}");
            }
            if let Some(region) = region {
                settings = settings.region(region);
            }
            let client = blocking::Client::build(settings).unwrap();
            client.execute("verify.v2.services.list", params! {}).unwrap();
            let events = emulator.events(0).unwrap().to_string();
            assert!(events.contains(&format!("\"{host}.twilio.com\"")), "{host}");
        }
    }
}
