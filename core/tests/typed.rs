//! Typed requests and resources, as a program meets them.
#![cfg(all(feature = "messaging", feature = "verify", feature = "voice"))]

use ringback::{
    Value,
    messaging::{CreateMessage, ListMessages, Message, MessageContentRetention, MessageDirection, MessageStatus},
    params,
    typed::{Decimal, ListRequest, Request, Timestamp},
    verify::{CreateVerification, CreateVerificationCheck, Verification},
    voice::{Call, CreateCall, CreateStream, ListCalls, UpdateCall},
};

#[test]
fn a_request_is_its_operation_and_what_was_set() {
    let request = CreateMessage::new("+15551234567")
        .from("+15557654321")
        .body("Your order has shipped")
        .media_url(["https://example.com/a.png", "https://example.com/b.png"])
        .content_retention("discard")
        .max_price(Decimal::new(5, 2))
        .attempt(2)
        .send_as_mms(true)
        .account_sid("AC1");
    assert_eq!(request.operation().name, "api.v2010.accounts.messages.create");
    let expected = params! {
        "To" => "+15551234567",
        "From" => "+15557654321",
        "Body" => "Your order has shipped",
        "MediaUrl" => ["https://example.com/a.png", "https://example.com/b.png"],
        "ContentRetention" => MessageContentRetention::Discard,
        "MaxPrice" => Decimal::new(5, 2),
        "Attempt" => 2,
        "SendAsMms" => true,
        "AccountSid" => "AC1",
    };
    assert_eq!(request.into_params(), expected);
}

#[test]
fn path_parameters_come_first_and_the_account_is_left_to_the_client() {
    let start = CreateVerification::new("VA1", "+15551234567", "sms").into_params();
    assert_eq!(start, params! { "ServiceSid" => "VA1", "To" => "+15551234567", "Channel" => "sms" });
    let check = CreateVerificationCheck::new("VA1").to("+15551234567").code("123456");
    assert_eq!(check.operation().name, "verify.v2.services.verification_checks.create");
    let call = CreateCall::new("+15551234567", "+15557654321").url("https://example.com/voice").into_params();
    assert_eq!(call.get("AccountSid"), None);
    assert_eq!(UpdateCall::new("CA1").status("completed").into_params().get("Status"), Some(&Value::from("completed")));
}

#[test]
fn a_list_is_filtered_by_setters() {
    let moment: Timestamp = "2026-01-31T00:00:00Z".parse().unwrap();
    let list = ListMessages::new().to("+15551234567").date_sent_after(moment);
    assert_eq!(list.operation().records.as_deref(), Some("messages"));
    assert_eq!(list.into_params().get("DateSent>"), Some(&Value::DateTime(moment)));
    assert_eq!(ListCalls::default().operation().name, "api.v2010.accounts.calls.list");
}

#[test]
fn one_of_a_numbered_family_is_set_by_its_number() {
    let stream = CreateStream::new("CA1", "wss://example.com").parameter_name(2, "tenant").parameter_value(2, "blue");
    let params = stream.into_params();
    assert_eq!(params.get("Parameter2.Name"), Some(&Value::from("tenant")));
    assert_eq!(params.get("Parameter2.Value"), Some(&Value::from("blue")));
}

#[test]
fn a_resource_holds_typed_values() {
    let message: Message = serde_json::from_str(
        r#"{"sid":"SM1","status":"queued","direction":"outbound-api","num_segments":"1","error_code":null,
            "date_created":"Sat, 31 Jan 2026 12:00:00 +0000","date_sent":null,"subresource_uris":{"media":"/m"},"new":[1]}"#,
    )
    .unwrap();
    assert_eq!(message.sid, "SM1");
    assert_eq!(message.status, Some(MessageStatus::Queued));
    assert_eq!(message.direction, Some(MessageDirection::OutboundApi));
    assert_eq!(message.date_created.unwrap().to_string(), "2026-01-31T12:00:00Z");
    assert_eq!((message.date_sent, message.error_code), (None, None));
    assert_eq!(message.subresource_uris.unwrap()["media"], "/m");
}

#[test]
fn a_value_that_does_not_fit_its_type_is_left_out_and_fails_nothing() {
    let message: Message = serde_json::from_str(
        r#"{"sid":"SM1","status":"levitating","date_created":"yesterday","date_sent":{"odd":[{}]},"error_code":"30003",
            "num_media":0,"date_updated":["a",{"b":1}],"uri":true}"#,
    )
    .unwrap();
    assert_eq!(message.status.as_ref().unwrap(), &"levitating");
    assert_eq!(message.status, Some(MessageStatus::Other("levitating".to_owned())));
    assert_eq!((message.date_created, message.date_sent, message.date_updated), (None, None, None));
    assert_eq!(message.error_code, Some(30003));
    assert_eq!(message.num_media.as_deref(), Some("0"));
    for empty in ["{}", "null"] {
        assert_eq!(serde_json::from_str::<Call>(empty).unwrap().sid, "");
    }
    let record =
        serde_json::json!({"sid": "VE1", "date_created": "2026-01-31T12:00:00Z", "valid": false, "amount": null});
    let verification: Verification = serde_json::from_value(record).unwrap();
    assert_eq!((verification.sid.as_str(), verification.valid), ("VE1", Some(false)));
    assert!(verification.date_created.is_some());
}

#[test]
fn enums_are_texts() {
    assert_eq!(MessageStatus::from("partially_delivered"), MessageStatus::PartiallyDelivered);
    assert_eq!(MessageStatus::PartiallyDelivered.to_string(), "partially_delivered");
    assert_eq!(serde_json::to_string(&MessageStatus::Sent).unwrap(), r#""sent""#);
    assert_eq!(serde_json::from_str::<MessageStatus>(r#""new""#).unwrap(), MessageStatus::Other("new".to_owned()));
    assert!(MessageStatus::Read == "read");
}

#[test]
fn a_request_shows_no_values() {
    let shown = format!("{:?}", CreateVerificationCheck::new("VA1").code("123456"));
    assert_eq!(shown, "CreateVerificationCheck(ServiceSid, Code)");
}

#[cfg(feature = "account")]
#[test]
fn a_resource_shows_no_secret() {
    let account: ringback::account::Account =
        serde_json::from_str(r#"{"sid":"AC1","auth_token":"0123456789"}"#).unwrap();
    assert_eq!(account.auth_token.as_deref(), Some("0123456789"));
    let shown = format!("{account:?}");
    assert!(shown.contains("AC1") && !shown.contains("0123456789"), "{shown}");
}
