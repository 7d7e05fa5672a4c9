//! The rows that no module answers for: made, read, listed, changed, removed, from the row itself.

use ringback::{ErrorKind, params};
use serde_json::json;

use crate::application::start;

#[test]
fn a_resource_is_made_read_listed_changed_and_removed() {
    let (_emulator, client) = start();
    let create = params! { "FriendlyName" => "Support", "MaxSize" => 7 };
    let queue = client.execute("queues.create", create).unwrap();
    let sid = queue["sid"].as_str().unwrap();
    assert!(sid.starts_with("QU") && sid.len() == 34);
    assert_eq!((queue.status(), &queue["max_size"]), (201, &7.into()));
    assert!(queue["date_created"].as_str().unwrap().ends_with("+0000"));
    assert!(queue["uri"].as_str().unwrap().ends_with(&format!("/Queues/{sid}.json")));
    let own = || params! { "Sid" => sid };
    assert_eq!(client.execute("queues.fetch", own()).unwrap()["friendly_name"], "Support");
    let mut rename = own();
    rename.set("FriendlyName", "Sales");
    assert_eq!(client.execute("queues.update", rename).unwrap()["friendly_name"], "Sales");
    let list = client.execute("queues.list", params! {}).unwrap();
    assert_eq!(list["queues"].as_array().unwrap().len(), 1);
    assert_eq!(client.execute("queues.delete", own()).unwrap().status(), 204);
    for operation in ["queues.fetch", "queues.update", "queues.delete"] {
        let error = client.execute(operation, own()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some(20404)), "{operation}");
    }
}

#[test]
fn children_need_their_parents_and_types_are_checked() {
    let (_emulator, client) = start();
    let service = client.execute("verify.v2.services.create", params! { "FriendlyName" => "Shop" }).unwrap();
    let service = service["sid"].as_str().unwrap();
    let limit = |service: &str| params! { "ServiceSid" => service, "UniqueName" => "by_ip" };
    let made = client.execute("verify.v2.services.rate_limits.create", limit(service)).unwrap();
    assert_eq!((&made["service_sid"], &made["unique_name"]), (&service.into(), &"by_ip".into()));
    let sid = made["sid"].as_str().unwrap();
    assert!(sid.starts_with("RK") && made["links"]["buckets"].as_str().unwrap().ends_with(&format!("{sid}/Buckets")));
    let missing = client.execute("verify.v2.services.rate_limits.create", limit("VA00000000000000000000000000000009"));
    assert_eq!(missing.unwrap_err().code(), Some(20404));
    let bucket = params! { "ServiceSid" => service, "RateLimitSid" => sid, "Max" => "many", "Interval" => 60 };
    let error = client.execute("verify.v2.services.rate_limits.buckets.create", bucket).unwrap_err();
    assert_eq!(error.code(), Some(60200));
    let list = client.execute("verify.v2.services.rate_limits.list", params! { "ServiceSid" => service }).unwrap();
    assert_eq!((&list["meta"]["key"], list["rate_limits"].as_array().unwrap().len()), (&"rate_limits".into(), 1));
}

#[test]
fn lists_of_what_is_in_no_table_are_paged_to_their_end() {
    let (_emulator, client) = start();
    for name in ["north", "south", "east"] {
        client.execute("api.v2010.accounts.create", params! { "FriendlyName" => name }).unwrap();
    }
    let media: Vec<String> = (0..4).map(|number| format!("http://127.0.0.1/{number}.png")).collect();
    let message = params! { "To" => "+15551234567", "From" => "+15557654321", "MediaUrl" => media };
    let message = client.execute("messages.create", message).unwrap();
    let media = params! { "MessageSid" => message["sid"].as_str().unwrap() };
    let country = params! { "CountryCode" => "US" };
    for (operation, params, count) in [
        ("api.v2010.accounts.list", params! {}, 4),
        ("messages.media.list", media, 4),
        ("available_phone_numbers.local.list", country, 30),
    ] {
        for size in [1, 3, count, 1000] {
            let pages = client.pages(operation, params.clone()).unwrap().page_size(size);
            let records: Vec<_> = pages.flat_map(|page| page.unwrap().into_records()).collect();
            let mut distinct: Vec<String> = records.iter().map(ToString::to_string).collect();
            distinct.sort();
            distinct.dedup();
            assert_eq!((records.len(), distinct.len()), (count, count), "{operation}, {size} a page");
        }
    }
}

#[test]
fn what_no_row_makes_is_put_there() {
    let (emulator, client) = start();
    let put = |body| emulator.control("POST", "/_emulator/records", Some(body)).unwrap();
    let (status, alert) = put(json!({ "resource": "monitor.v1.alerts", "record": { "alert_text": "late" } }));
    let sid = alert["sid"].as_str().unwrap();
    assert!(status == 200 && sid.starts_with("NO"), "{alert}");
    assert_eq!(client.execute("monitor.v1.alerts.fetch", params! { "Sid" => sid }).unwrap()["alert_text"], "late");
    let list = client.execute("monitor.v1.alerts.list", params! {}).unwrap();
    assert_eq!(list["alerts"].as_array().unwrap().len(), 1);
    for (body, why) in [
        (json!({}), "resource is missing"),
        (json!({ "resource": "monitor.v1.alert" }), "did you mean monitor.v1.alerts?"),
        (json!({ "resource": "monitor.v1.alerts", "record": { "alert_txt": "x" } }), "did you mean alert_text?"),
        (json!({ "resource": "studio.v2.flows.executions.steps" }), "path must hold FlowSid"),
        (json!({ "resource": "monitor.v1.alerts", "record": [] }), "record must be an object"),
    ] {
        let (status, answer) = put(body);
        assert!(status == 400 && answer["error"].as_str().unwrap().ends_with(why), "{answer}");
    }
}

#[test]
fn a_row_that_makes_for_another_resource_tells_more_or_less_than_is_read() {
    let (_emulator, client) = start();
    let key = client.execute("new_keys.create", params! { "FriendlyName" => "deploy" }).unwrap();
    let read = client.execute("keys.fetch", params! { "Sid" => key["sid"].as_str().unwrap() }).unwrap();
    assert!(key["secret"].is_string() && read["secret"].is_null());
    assert_eq!(read["friendly_name"], "deploy");
    let asked = client.execute("validation_requests.create", params! { "PhoneNumber" => "+15551234567" }).unwrap();
    assert!(asked["sid"].is_null() && asked["validation_code"].is_null());
    let ids = client.execute("outgoing_caller_ids.list", params! {}).unwrap();
    assert_eq!(ids["outgoing_caller_ids"][0]["phone_number"], "+15551234567");
}

#[test]
fn what_is_one_of_a_kind_is_there_unless_it_is_made_and_removed() {
    let (_emulator, client) = start();
    assert_eq!(client.execute("conversations.v1.configuration.fetch", params! {}).unwrap().status(), 200);
    let closed = params! { "DefaultClosedTimer" => "PT10M" };
    client.execute("conversations.v1.configuration.update", closed).unwrap();
    let read = client.execute("conversations.v1.configuration.fetch", params! {}).unwrap();
    assert_eq!(read["default_closed_timer"], "PT10M");
    let absent = client.execute("accounts.v1.safelist.fetch", params! {}).unwrap_err();
    assert_eq!(absent.code(), Some(20404));
    // a permission is made by setting it
    let service = client.execute("sync.v1.services.create", params! {}).unwrap();
    let service = service["sid"].as_str().unwrap();
    let document = client.execute("sync.v1.services.documents.create", params! { "ServiceSid" => service }).unwrap();
    let mut permission = params! {
        "ServiceSid" => service,
        "DocumentSid" => document["sid"].as_str().unwrap(),
        "Identity" => "anna",
    };
    let fetch = "sync.v1.services.documents.document_permissions.fetch";
    assert_eq!(client.execute(fetch, permission.clone()).unwrap_err().code(), Some(20404));
    let mut set = permission.clone();
    set.set("Read", true).set("Write", false).set("Manage", false);
    client.execute("sync.v1.services.documents.document_permissions.update", set).unwrap();
    assert_eq!(client.execute(fetch, permission.clone()).unwrap()["read"], true);
    permission.set("Identity", "bert");
    assert_eq!(client.execute(fetch, permission).unwrap_err().code(), Some(20404));
}

#[test]
fn a_redirect_that_the_row_promises_is_a_success() {
    let (_emulator, client) = start();
    let asked = params! { "client_id" => "app", "redirect_uri" => "https://example.com/back" };
    let answer = client.execute("oauth.v2.authorize.fetch", asked).unwrap();
    assert_eq!((answer.status(), answer.header("location")), (302, Some("https://example.com/back")));
}
