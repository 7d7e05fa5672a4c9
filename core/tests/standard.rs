//! Versions of Twilio's newer standard over sockets: JSON bodies, errors as RFC 9457 has them, a delete that answers.

mod support;

use ringback::{ErrorKind, Outcome, api, operation::Attach, params};
use serde_json::json;
use support::{Act, Server};

#[tokio::test]
async fn a_body_is_json_as_it_was_given() {
    let server = Server::start([Act::Answer(202, r#"{"statusUrl":"https://memory.twilio.com/v1/x"}"#, "")]).await;
    let body = json!({ "displayName": "Bücher", "description": null });
    let params = params! { "ServiceRequest" => body.clone() };
    let answer = server.client().execute("memory.v1.stores.create", params).await.unwrap();
    assert_eq!((answer.status(), answer.text("statusUrl")), (202, Some("https://memory.twilio.com/v1/x")));
    let request = server.requests().remove(0);
    let (head, sent) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/ControlPlane/Stores HTTP/1.1"), "{head}");
    assert!(head.to_lowercase().contains("content-type: application/json"), "{head}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(sent).unwrap(), body);
}

#[tokio::test]
async fn a_problem_is_an_error_with_its_code_and_detail() {
    let problem = r#"{"type":"https://www.twilio.com/docs/api/errors/20404","title":"Not Found","status":404,
        "code":20404,"detail":"there is no store mem_1","instance":"/v1/x","errors":[{"pointer":"/a","detail":"b"}]}"#;
    let server = Server::start([Act::Answer(404, problem, "")]).await;
    let params = params! { "store_id" => "mem_1" };
    let error = server.client().execute("memory.v1.stores.fetch", params).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.status()), (ErrorKind::NotFound, Outcome::NotSent, Some(404)));
    assert_eq!((error.code(), error.message()), (Some(20404), "there is no store mem_1"));
    assert_eq!(error.details(), Some(&json!([{ "pointer": "/a", "detail": "b" }])));
}

#[tokio::test]
async fn a_problem_without_detail_speaks_by_its_title() {
    let problem = r#"{"type":"about:blank","title":"Conflict","status":409,"code":70051}"#;
    let server = Server::start([Act::Answer(409, problem, "")]).await;
    let error = server.client().execute("memory.v1.stores.list", params! {}).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.message()), (ErrorKind::Rejected, Some(70051), "Conflict"));
    assert_eq!(error.details(), None);
}

#[tokio::test]
async fn a_delete_may_answer_with_a_body() {
    let answer = Act::Answer(202, r#"{"message":"is being removed","statusUrl":"u"}"#, "");
    let server = Server::start([answer]).await;
    let params = params! { "store_id" => "mem_1", "profile_id" => "p" };
    let answer = server.client().execute("memory.v1.profiles.delete", params).await.unwrap();
    assert_eq!((answer.status(), answer.text("message")), (202, Some("is being removed")));
    assert!(server.requests()[0].starts_with("DELETE /v1/Stores/mem_1/Profiles/p "));
}

#[tokio::test]
async fn a_parameter_that_was_renamed_is_known_by_both_names() {
    for name in ["Version", "version", "resource_version"] {
        let server = Server::start([Act::Answer(201, "{}", "")]).await;
        let params = params! { "plugin_sid" => "FP1", "plugin_url" => "https://a.example/p", name => "1.0.0" };
        server.client().execute("flex_api.v1.plugins.plugin_versions.create", params).await.unwrap();
        assert!(server.requests()[0].contains("Version=1.0.0"), "{name}");
    }
}

#[test]
fn what_is_nested_hangs_on_the_version_with_the_parameters_of_its_path() {
    let revisions = api::find("memory.v1.revisions.list").unwrap().resource;
    assert_eq!((revisions.attach, revisions.parent.is_none()), (Attach::Version, true));
    assert_eq!(revisions.list_parameters, ["storeId", "profileId", "observationId"]);
}
