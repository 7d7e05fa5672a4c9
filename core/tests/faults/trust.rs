//! Whose certificates are believed: right ones are, every wrong one is refused before a byte of the request leaves.

use std::time::{Duration, Instant};

use rcgen::{CertificateParams, date_time_ymd};
use ringback::{ErrorKind, Outcome};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::{
    SLACK,
    authority::{Authority, NAMES},
    message,
    player::{Front, Player},
    settings,
    vectors::{Fault, faults},
};

fn answering() -> Fault {
    faults().into_iter().find(|fault| fault.name == "answers").unwrap()
}

fn expired(params: &mut CertificateParams) {
    (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
}

fn not_yet(params: &mut CertificateParams) {
    (params.not_before, params.not_after) = (date_time_ymd(2900, 1, 1), date_time_ymd(2901, 1, 1));
}

#[tokio::test]
async fn wrong_certificates_are_refused_and_the_error_says_what_to_do() {
    let ours = Authority::new("trusted");
    let other = Authority::new("stranger");
    let h1: &[&str] = &["http/1.1"];
    let cases: &[(&str, TlsAcceptor, &str)] = &[
        ("a strange authority", other.right_server(h1), "give its authority as ca_file"),
        ("another name", ours.server(&["api.twilio.com.evil.example"], h1, |_| {}), "is for another host"),
        ("a name too short", ours.server(&["twilio.com"], h1, |_| {}), "is for another host"),
        ("expired", ours.server(NAMES, h1, expired), "check the clock"),
        ("not yet valid", ours.server(NAMES, h1, not_yet), "check the clock"),
    ];
    for (name, tls, says) in cases {
        let player = Player::start(&answering(), Front { connect: true, tls: Some(tls.clone()) }).await;
        let settings = settings().proxy(format!("http://{}", player.address)).ca_file(&ours.file).max_retries(0);
        let error = settings.build().unwrap().execute("messages.create", message("hello")).await.expect_err(name);
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent), "{name}: {error:?}");
        assert!(error.to_string().contains(says), "{name}: {error}");
        assert!(player.journal.lock().unwrap().is_empty() && player.tries() == 0, "{name}");
    }
    // the control: the right one is believed, and only by who was given its authority
    let front = || Front { connect: true, tls: Some(ours.right_server(h1)) };
    let player = Player::start(&answering(), front()).await;
    let through = settings().proxy(format!("http://{}", player.address)).max_retries(0);
    through.clone().ca_file(&ours.file).build().unwrap().execute("messages.create", message("hello")).await.unwrap();
    let error = through.build().unwrap().execute("messages.create", message("again")).await.unwrap_err();
    assert!(error.to_string().contains("give its authority as ca_file"), "{error}");
    assert_eq!(*player.journal.lock().unwrap(), ["hello"]);
}

#[tokio::test]
async fn a_file_of_authorities_that_cannot_be_used_is_named() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    for (name, content, says) in [
        ("missing", None, "cannot be read as PEM"),
        ("empty", Some(""), "holds no certificate"),
        ("text", Some("this is not PEM"), "holds no certificate"),
        ("cut", Some("-----BEGIN CERTIFICATE-----\nMIIB"), "cannot be read as PEM"),
        ("nonsense", Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "not a certificate"),
    ] {
        let file = folder.join(format!("bad-{name}-{}.pem", std::process::id()));
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let error = settings().ca_file(&file).build().unwrap_err();
        let _ = std::fs::remove_file(&file);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().starts_with("ca_file ") && error.to_string().contains(says), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_handshake_that_is_slow_or_stalls_ends_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let timeout = Duration::from_millis(500);
    let client = settings().base_url(format!("https://{address}")).timeout(timeout).build().unwrap();
    for (operation, params) in [("messages.create", message("hello")), ("tokens.create", ringback::params! {})] {
        let begun = Instant::now();
        let error = client.execute(operation, params).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::TimedOut, Outcome::NotSent), "{error:?}");
        assert!(begun.elapsed() <= timeout + SLACK);
    }
}

#[test]
fn what_the_user_chose_for_every_program_is_believed_here_too() {
    let chosen =
        std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("chosen-{}.pem", std::process::id()));
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "trust::a_client_in_an_environment_with_a_chosen_authority", "--ignored"])
        .env("SSL_CERT_FILE", &chosen)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let _ = std::fs::remove_file(chosen);
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "run by the test before it, in a process whose SSL_CERT_FILE is its own"]
async fn a_client_in_an_environment_with_a_chosen_authority() {
    let authority = Authority::new("chosen");
    let front = Front { connect: true, tls: Some(authority.right_server(&["http/1.1"])) };
    let player = Player::start(&answering(), front).await;
    let client = settings().proxy(format!("http://{}", player.address)).max_retries(0).build().unwrap();
    // the store is read at a handshake, so that a failure before the file is there is not kept
    assert!(client.execute("messages.create", message("early")).await.is_err());
    std::fs::copy(&authority.file, std::env::var_os("SSL_CERT_FILE").unwrap()).unwrap();
    client.execute("messages.create", message("hello")).await.unwrap();
    assert_eq!(*player.journal.lock().unwrap(), ["hello"]);
}
