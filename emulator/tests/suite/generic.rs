//! The rows that no module answers for: made, read, listed, changed, removed, from the row itself.

use ringback::{ErrorKind, params};

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
