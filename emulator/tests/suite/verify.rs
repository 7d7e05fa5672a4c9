//! Verifications over real sockets: codes sent, checked, and their limits.

use crate::application::start;
use ringback::{Error, Response, Result, blocking::Client, params};
use ringback_emulator::Emulator;

const TO: &str = "+15551234567";

struct Login {
    emulator: Emulator,
    client: Client,
    service: String,
}

impl Login {
    fn new() -> Self {
        let (emulator, client) = start();
        emulator.freeze().unwrap();
        let service = client.execute("verify.v2.services.create", params! { "FriendlyName" => "Shop" }).unwrap();
        let service = service["sid"].as_str().unwrap().to_owned();
        Self { emulator, client, service }
    }

    fn send(&self) -> Result<Response> {
        let params = params! { "ServiceSid" => self.service.as_str(), "To" => TO, "Channel" => "sms" };
        self.client.execute("verify.v2.services.verifications.create", params)
    }

    fn check(&self, code: &str) -> Result<Response> {
        let params = params! { "ServiceSid" => self.service.as_str(), "To" => TO, "Code" => code };
        self.client.execute("verify.v2.services.verification_checks.create", params)
    }

    fn code(&self) -> String {
        let open = self.emulator.verifications(Some(TO)).unwrap();
        open["verifications"][0]["code"].as_str().unwrap().to_owned()
    }

    fn wrong_code(&self) -> String {
        if self.code() == "000000" { "000001".into() } else { "000000".into() }
    }
}

fn answer(error: &Error) -> (Option<u16>, Option<i64>) {
    (error.status(), error.code())
}

#[test]
fn a_code_is_sent_checked_and_gone() {
    let login = Login::new();
    let sent = login.send().unwrap();
    assert_eq!((sent.status(), &sent["status"], &sent["valid"]), (201, &"pending".into(), &false.into()));
    assert!(sent["sid"].as_str().unwrap().starts_with("VE"));
    assert!(sent["date_created"].as_str().unwrap().ends_with('Z'));
    let wrong = login.check(&login.wrong_code()).unwrap();
    assert_eq!((&wrong["status"], &wrong["valid"]), (&"pending".into(), &false.into()));
    let right = login.check(&login.code()).unwrap();
    assert_eq!((&right["status"], &right["valid"]), (&"approved".into(), &true.into()));
    assert_eq!(answer(&login.check("123456").unwrap_err()), (Some(404), Some(20404)));
    assert_eq!(login.emulator.verifications(None).unwrap()["verifications"].as_array().unwrap().len(), 0);
}

#[test]
fn the_same_code_is_sent_again_five_times_at_most() {
    let login = Login::new();
    let first = login.send().unwrap()["sid"].clone();
    let code = login.code();
    for sends in 2..=5 {
        let again = login.send().unwrap();
        assert_eq!((&again["sid"], again["send_code_attempts"].as_array().unwrap().len()), (&first, sends));
    }
    assert_eq!(login.code(), code);
    assert_eq!(answer(&login.send().unwrap_err()), (Some(429), Some(60203)));
}

#[test]
fn five_checks_are_allowed() {
    let login = Login::new();
    login.send().unwrap();
    let (right, wrong) = (login.code(), login.wrong_code());
    for _ in 0..5 {
        assert_eq!(login.check(&wrong).unwrap()["valid"], false);
    }
    assert_eq!(answer(&login.check(&right).unwrap_err()), (Some(429), Some(60202)));
    login.emulator.advance(600.0).unwrap();
    assert_eq!(answer(&login.check(&right).unwrap_err()), (Some(404), Some(20404)));
}

#[test]
fn a_code_lives_ten_minutes() {
    let login = Login::new();
    login.send().unwrap();
    let code = login.code();
    login.emulator.advance(599.0).unwrap();
    assert_eq!(login.code(), code);
    login.emulator.advance(2.0).unwrap();
    assert_eq!(answer(&login.check(&code).unwrap_err()), (Some(404), Some(20404)));
    let next = login.send().unwrap();
    assert_eq!(next["send_code_attempts"].as_array().unwrap().len(), 1);
}

#[test]
fn verifications_are_read_by_sid_or_recipient_and_canceled() {
    let login = Login::new();
    let sid = login.send().unwrap()["sid"].as_str().unwrap().to_owned();
    let one = |id: &str| params! { "ServiceSid" => login.service.as_str(), "Sid" => id };
    for id in [sid.as_str(), TO] {
        let read = login.client.execute("verify.v2.services.verifications.fetch", one(id)).unwrap();
        assert_eq!(read["sid"], sid.as_str());
    }
    let mut cancel = one(&sid);
    cancel.set("Status", "canceled");
    assert_eq!(login.client.execute("verify.v2.services.verifications.update", cancel).unwrap()["status"], "canceled");
    let error = login.client.execute("verify.v2.services.verifications.fetch", one(&sid)).unwrap_err();
    assert_eq!(answer(&error), (Some(404), Some(20404)));
}

#[test]
fn wrong_requests_are_refused_with_twilios_codes() {
    let login = Login::new();
    let create = "verify.v2.services.verifications.create";
    let check = "verify.v2.services.verification_checks.create";
    let service = login.service.as_str();
    for (operation, params, expected) in [
        (create, params! { "ServiceSid" => service, "To" => "15551234567", "Channel" => "sms" }, (400, 60200)),
        (create, params! { "ServiceSid" => service, "To" => TO, "Channel" => "pigeon" }, (400, 60200)),
        (create, params! { "ServiceSid" => service, "To" => TO, "Channel" => "email" }, (400, 60200)),
        (
            create,
            params! { "ServiceSid" => service, "To" => TO, "Channel" => "sms", "CustomCode" => "1234" },
            (403, 60204),
        ),
        (create, params! { "ServiceSid" => "VA1", "To" => TO, "Channel" => "sms" }, (404, 20404)),
        (check, params! { "ServiceSid" => service, "Code" => "123456" }, (400, 60221)),
        (check, params! { "ServiceSid" => service, "To" => TO, "Code" => "1" }, (400, 60200)),
        (check, params! { "ServiceSid" => service, "To" => TO, "Code" => "123456" }, (404, 20404)),
    ] {
        let error = login.client.execute(operation, params.clone()).unwrap_err();
        assert_eq!(answer(&error), (Some(expected.0), Some(expected.1)), "{operation} {params:?}: {error}");
    }
}
