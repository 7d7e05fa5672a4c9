//! Typed requests of products beyond messages, Verify and calls: each form that the API has, on the wire.
#![cfg(feature = "all")]

mod support;

use ringback::{
    content::v1::{ContentCreateRequest, CreateContent, TwilioText, Types},
    conversations::v1::DeleteConversationMessage,
    lookups::v1::FetchPhoneNumber,
    params,
    preview_iam::versionless::{PatchOrganizationUser, ScimPatchOperation, ScimPatchRequest},
    sync::v1::{ListServices, UpdateSyncMapItem},
    typed::{Json, ListRequest},
    verify::CreateVerification,
};
use serde_json::json;
use support::{Act, Server};

const EMPTY: Act = Act::Answer(200, "{}", "");

/// The line of a request that was read, its head in lower case, and its body.
fn parts(request: &str) -> (&str, String, &str) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or_default();
    (head.lines().next().unwrap_or_default(), head.to_ascii_lowercase(), body)
}

#[tokio::test]
async fn a_json_body_is_made_of_models() {
    let server = Server::start([EMPTY]).await;
    let types = Types::new().twilio_text(TwilioText::new("Hi {{1}}"));
    let content = ContentCreateRequest::new("en", types).friendly_name("greeting").variables(json!({ "1": "Ann" }));
    assert_eq!(format!("{content:?}"), "ContentCreateRequest(language, types, friendly_name, variables)");
    server.client().send(CreateContent::new(content)).await.unwrap();
    let requests = server.requests();
    let (line, head, body) = parts(&requests[0]);
    assert_eq!(line, "POST /v1/Content HTTP/1.1");
    assert!(
        head.contains("\r\nhost: content.twilio.com\r\n") && head.contains("\r\ncontent-type: application/json\r\n")
    );
    let expected = json!({
        "language": "en",
        "types": { "twilio/text": { "body": "Hi {{1}}" } },
        "friendly_name": "greeting",
        "variables": { "1": "Ann" },
    });
    assert_eq!(serde_json::from_str::<Json>(body).unwrap(), expected);
}

#[tokio::test]
async fn a_model_takes_fields_that_are_not_known_yet() {
    let server = Server::start([EMPTY]).await;
    let Json::Object(fields) = json!({ "op": "replace", "newer": 1 }) else { unreachable!() };
    let change = ScimPatchRequest::new().operations([ScimPatchOperation::from(fields)]);
    let request = PatchOrganizationUser::new("OR1", "US1", change).if_match("3");
    server.client().send(request).await.unwrap();
    let requests = server.requests();
    let (line, head, body) = parts(&requests[0]);
    assert_eq!(line, "PATCH /Organizations/OR1/scim/Users/US1 HTTP/1.1");
    assert!(head.contains("\r\nif-match: 3\r\n") && head.contains("\r\ncontent-type: application/scim+json\r\n"));
    assert_eq!(body, r#"{"Operations":[{"op":"replace","newer":1}]}"#);
}

#[tokio::test]
async fn headers_queries_and_maps_go_where_they_belong() {
    let server = Server::start([Act::Answer(204, "", ""), EMPTY, EMPTY]).await;
    let client = server.client();
    client.send(DeleteConversationMessage::new("CH1", "IM1").x_twilio_webhook_enabled("true")).await.unwrap();
    let look = FetchPhoneNumber::new("+15551234567").r#type(["carrier"]).add_ons(["payfone"]);
    client.send(look.add_ons_data(json!({ "payfone": { "last_name": "Doe", "n": 1 } }))).await.unwrap();
    client.send(UpdateSyncMapItem::new("IS1", "MP1", "a key/with#marks").data(json!({ "a": 1 }))).await.unwrap();
    let requests = server.requests();
    let (line, head, body) = parts(&requests[0]);
    assert_eq!((line, body), ("DELETE /v1/Conversations/CH1/Messages/IM1 HTTP/1.1", ""));
    assert!(format!("{head}\r\n").contains("\r\nx-twilio-webhook-enabled: true\r\n"), "{head}");
    let (line, ..) = parts(&requests[1]);
    let query = "Type=carrier&AddOns=payfone&AddOns.payfone.last_name=Doe&AddOns.payfone.n=1";
    assert_eq!(line, format!("GET /v1/PhoneNumbers/+15551234567?{query} HTTP/1.1"));
    let (line, _, body) = parts(&requests[2]);
    assert_eq!(line, "POST /v1/Services/IS1/Maps/MP1/Items/a%20key%2Fwith%23marks HTTP/1.1");
    assert_eq!(body, "Data=%7B%22a%22%3A1%7D");
    let wrong = params! { "PhoneNumber" => "+1", "AddOnsData" => "none" };
    let error = client.execute("lookups.v1.phone_numbers.fetch", wrong).await.unwrap_err();
    assert!(error.to_string().starts_with("AddOnsData takes a JSON object"), "{error}");
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_and_ends_at_its_limit() {
    let page = |next: &str, sids: &[&str]| {
        let records: Vec<Json> = sids.iter().map(|sid| json!({ "sid": sid })).collect();
        json!({ "meta": { "key": "services", "next_page_url": next }, "services": records }).to_string()
    };
    let first: &'static str = page("https://sync.twilio.com/v1/Services?PageSize=2&Page=1", &["IS1", "IS2"]).leak();
    let second: &'static str = page("https://sync.twilio.com/v1/Services?PageSize=2&Page=2", &["IS3", "IS4"]).leak();
    let server = Server::start([Act::Answer(200, first, ""), Act::Answer(200, second, "")]).await;
    let services = server.client().list(ListServices::new()).page_size(2).limit(3).collect().await.unwrap();
    let sids: Vec<&str> = services.iter().map(|service| service.sid.as_str()).collect();
    assert_eq!(sids, ["IS1", "IS2", "IS3"]);
    let lines: Vec<String> = server.requests().iter().map(|request| parts(request).0.to_owned()).collect();
    assert_eq!(lines, ["GET /v1/Services?PageSize=2 HTTP/1.1", "GET /v1/Services?PageSize=2&Page=1 HTTP/1.1"]);
}

#[test]
fn the_main_version_of_verify_is_also_the_product_itself() {
    use ringback::verify::v2::ListServices as ListVerifyServices;
    assert_eq!(ListVerifyServices::new().operation().name, "verify.v2.services.list");
    let start = CreateVerification::new("VA1", "+15551234567", "sms");
    assert_eq!(format!("{start:?}"), "CreateVerification(ServiceSid, To, Channel)");
}
