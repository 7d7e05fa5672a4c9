//! Lists of every style, and addresses of pages that try to lead the client astray.

mod support;

use ringback::{Outcome, messaging::ListMessages, params};
use support::{Act, Server};

const FIRST: &str =
    r#"{"messages":[{"sid":"SM1"},{"sid":"SM2"}],"next_page_uri":"/2010-04-01/Accounts/AC1/Messages.json?Page=1"}"#;
const LAST: &str = r#"{"messages":[{"sid":"SM3"}],"next_page_uri":null}"#;

fn page(body: &'static str) -> Act {
    Act::Answer(200, body, "")
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_and_stops_at_its_limit() {
    let server = Server::start([page(FIRST), page(LAST)]).await;
    let all = server.client().list(ListMessages::new().to("+15551234567")).collect().await.unwrap();
    assert_eq!(all.iter().map(|message| message.sid.as_str()).collect::<Vec<_>>(), ["SM1", "SM2", "SM3"]);
    let requests = server.requests();
    assert!(requests[0].contains("Messages.json?To=%2B15551234567 "), "{}", requests[0]);
    assert!(requests[1].contains("Messages.json?Page=1 "), "{}", requests[1]);

    let server = Server::start([page(FIRST)]).await;
    let two = server.client().list(ListMessages::new()).limit(2).collect().await.unwrap();
    assert_eq!((two.len(), server.requests().len()), (2, 1));
    assert!(server.requests()[0].contains("PageSize=2"));
}

#[tokio::test]
async fn the_newer_style_of_pages_is_walked_alike() {
    let first = r#"{"services":[{"sid":"VA1"}],"meta":{"key":"services","next_page_url":"https://verify.twilio.com/v2/Services?Page=1"}}"#;
    let last = r#"{"services":[{"sid":"VA2"}],"meta":{"key":"services","next_page_url":null}}"#;
    let server = Server::start([page(first), page(last)]).await;
    let all = server.client().records("verify.v2.services.list", params! {}).unwrap().collect().await.unwrap();
    assert_eq!((all.len(), &all[1]["sid"]), (2, &"VA2".into()));
    assert!(server.requests()[1].to_lowercase().contains("host: verify.twilio.com"));
}

#[tokio::test]
async fn pages_with_tokens_are_the_same_request_with_the_token() {
    let first = r#"{"observations":[{"id":"1"}],"meta":{"key":"observations","pageSize":1,"nextToken":"a+b/c=&d"}}"#;
    let last = r#"{"observations":[{"id":"2"}],"meta":{"key":"observations","previousToken":"back","nextToken":""}}"#;
    let server = Server::start([page(first), page(last)]).await;
    let params = params! { "storeId" => "mem_1", "profile_id" => "p", "source" => "a b", "page_size" => 1 };
    let mut pages = server.client().pages("memory.v1.observations.list", params).unwrap();
    let one = pages.next().await.unwrap().unwrap();
    let two = pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.is_none());
    assert_eq!((one.records()[0]["id"].as_str(), two.records()[0]["id"].as_str()), (Some("1"), Some("2")));
    assert_eq!((one.previous_url(), two.next_url()), (None, None));
    let requests = server.requests();
    let path = "/v1/Stores/mem_1/Profiles/p/Observations?source=a+b&pageSize=1";
    assert!(requests[0].starts_with(&format!("GET {path} ")), "{}", requests[0]);
    assert!(requests[1].starts_with(&format!("GET {path}&pageToken=a%2Bb%2Fc%3D%26d ")), "{}", requests[1]);
    assert!(requests[1].to_lowercase().contains("host: memory.twilio.com"));

    // from the address of the page before, the token is replaced
    assert_eq!(two.previous_url(), Some(format!("{path}&pageToken=back").as_str()));
    let server = Server::start([page(first)]).await;
    let again = server.client().pages("memory.v1.observations.list", params! {}).unwrap();
    again.starting_at(two.previous_url().unwrap()).next().await.unwrap().unwrap();
    assert!(server.requests()[0].starts_with(&format!("GET {path}&pageToken=back ")), "{}", server.requests()[0]);
}

#[tokio::test]
async fn a_limit_asks_for_pages_in_the_spelling_that_the_operation_has() {
    let body = r#"{"items":[{"id":"1"},{"id":"2"}],"meta":{"key":"items","nextToken":"more"}}"#;
    let server = Server::start([page(body)]).await;
    let list =
        |operation| server.client().records(operation, params! { "store_id" => "s", "profileId" => "p" }).unwrap();
    assert_eq!(list("memory.v1.observations.list").limit(2).collect().await.unwrap().len(), 2);
    // this one has no pages
    assert_eq!(list("memory.v1.identifiers.list").limit(2).collect().await.unwrap().len(), 2);
    let requests = server.requests();
    assert!(requests[0].contains("/Observations?pageSize=2 "), "{}", requests[0]);
    assert!(requests[1].contains("/Identifiers "), "{}", requests[1]);
    let older = server.client().records("memory.v1.observations.list", params! { "PageSize" => 1 }).unwrap();
    let error = older.collect().await.unwrap_err();
    assert!(error.message().starts_with("PageSize is not a parameter"), "{error}");
}

#[tokio::test]
async fn a_page_whose_token_leads_to_itself_does_not_go_round_for_ever() {
    let server = Server::start([page(r#"{"stores":["mem_1"],"meta":{"key":"stores","nextToken":"same"}}"#)]).await;
    let all = server.client().records("memory.v1.stores.list", params! {}).unwrap().collect().await.unwrap();
    assert_eq!((all.len(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_token_means_nothing_to_a_version_of_the_older_standard() {
    let body = r#"{"services":[{"sid":"VA1"}],"meta":{"key":"services","nextToken":"t"}}"#;
    let server = Server::start([page(body)]).await;
    let all = server.client().records("verify.v2.services.list", params! {}).unwrap().collect().await.unwrap();
    assert_eq!((all.len(), server.requests().len()), (1, 1));
}

#[tokio::test]
async fn credentials_never_follow_the_address_of_a_page() {
    let thief = Server::start([page(LAST)]).await;
    for address in ["URL/steal", "//HOST/steal", "http://u:p@HOST/steal", "http:HOST/steal", "\\\\HOST\\steal"] {
        let host = thief.url.trim_start_matches("http://");
        let address = address.replace("URL", &thief.url).replace("HOST", host);
        let body = format!(r#"{{"messages":[{{"sid":"SM1"}}],"next_page_uri":{}}}"#, serde_json::json!(address));
        let server = Server::start([page(body.leak()), page(LAST)]).await;
        let _ = server.client().list(ListMessages::new()).collect().await;
        assert_eq!(thief.connections(), 0, "{address}");
    }
}

#[tokio::test]
async fn a_page_that_names_itself_as_the_next_does_not_go_round_for_ever() {
    let body = r#"{"messages":[{"sid":"SM1"}],"next_page_uri":"/2010-04-01/Accounts/AC1/Messages.json?Page=1"}"#;
    let server = Server::start([page(body)]).await;
    let all = server.client().list(ListMessages::new()).collect().await.unwrap();
    assert_eq!((all.len(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_page_that_is_given_up_half_way_is_still_the_next() {
    let server = Server::start([Act::Silence, page(LAST)]).await;
    let mut pages = server.client().pages("messages.list", params! {}).unwrap();
    assert!(tokio::time::timeout(std::time::Duration::from_millis(100), pages.next()).await.is_err());
    assert_eq!(pages.next().await.unwrap().unwrap().records().len(), 1);
    assert!(pages.next().await.is_none());
}

#[test]
fn a_page_that_is_interrupted_says_what_became_of_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start([page(FIRST), Act::Silence]));
    let client = ringback::blocking::Client::build(server.settings()).unwrap();
    let mut pages = client.pages("messages.list", params! {}).unwrap();
    pages.next_while(&mut || true).unwrap().unwrap();
    let error = pages.next_while(&mut || server.requests().len() < 2).unwrap().unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ringback::ErrorKind::Interrupted, Outcome::Unknown));
}

#[tokio::test]
async fn a_size_of_pages_is_sent_once_in_whichever_spelling() {
    let server = Server::start([page(LAST)]).await;
    let records = server.client().records("messages.list", params! { "page_size" => 5 }).unwrap();
    records.limit(10).collect().await.unwrap();
    let records = server.client().records("messages.list", params! { "page_size" => 5 }).unwrap();
    records.page_size(7).collect().await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("?PageSize=5 ") && requests[1].contains("?PageSize=7 "), "{requests:?}");
}

#[tokio::test]
async fn a_page_without_records_is_an_error_and_ends_the_list() {
    let server = Server::start([page(r#"{"unexpected":1}"#)]).await;
    let mut list = server.client().list(ListMessages::new());
    assert_eq!(list.next().await.unwrap().unwrap_err().outcome(), Outcome::Sent);
    assert!(list.next().await.is_none());
}
