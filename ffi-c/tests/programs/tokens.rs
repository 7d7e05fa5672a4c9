//! Access tokens of C and C++ as the vectors say, and requests of theirs that are signed on their way out.

use std::{
    fmt::Write as _,
    fs,
    io::{Read, Write as _},
    net::TcpStream,
};

use ringback::{
    token::{Algorithm, Decoder, decode},
    typed::Timestamp,
};
use serde_json::{Value, json};

use crate::{
    service::Service,
    workbench::{Library, Program, SANITIZERS, root, scratch, unique},
};

fn vectors() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("tests/vectors/tokens.json")).unwrap()).unwrap()
}

/// One token a line, its fields in hexadecimal digits: sids, secret, identity, region, ttl, moment, then each grant.
fn lines(vectors: &Value, cases: &[&Value]) -> String {
    let mut lines = String::new();
    for case in cases {
        let mut fields: Vec<String> =
            ["account_sid", "signing_key_sid", "secret"].map(|name| vectors[name].as_str().unwrap().to_owned()).into();
        for name in ["identity", "region"] {
            fields.push(case[name].as_str().unwrap_or_default().to_owned());
        }
        fields.extend([case["ttl"].to_string(), vectors["now"].to_string()]);
        for (key, value) in case["claims"]["grants"].as_object().unwrap() {
            if key != "identity" {
                fields.extend([key.clone(), value.to_string()]);
            }
        }
        for field in fields {
            for byte in field.bytes() {
                write!(lines, "{byte:02x}").unwrap();
            }
            lines.push('\t');
        }
        lines.push('\n');
    }
    lines
}

#[test]
fn access_tokens_say_in_c_and_in_cpp_what_the_vectors_say() {
    let vectors = vectors();
    let cases: Vec<&Value> = vectors["access"].as_array().unwrap().iter().collect();
    let cases: Vec<&Value> =
        cases.into_iter().filter(|case| case["nbf"] == "now" && case["valid_until"].is_null()).collect();
    let file = scratch("vectors").join(unique("tokens.tsv"));
    fs::write(&file, lines(&vectors, &cases)).unwrap();
    let secret = vectors["secret"].as_str().unwrap();
    let now = Timestamp::from_second(vectors["now"].as_i64().unwrap()).unwrap();
    let decoder = Decoder::new(secret, Algorithm::Hs256).unwrap().at(now);
    for program in ["tests/c/token.c", "tests/cpp/token.cpp"] {
        let program = Program::build(program, Library::Static, SANITIZERS).argument(&file);
        let output = program.output();
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{said}{complained}");
        let tokens: Vec<&str> = said.lines().collect();
        assert_eq!(tokens.len(), cases.len() + 1);
        for (case, token) in cases.iter().zip(&tokens) {
            let decoded = decoder.decode(token).unwrap();
            assert_eq!(Value::from(decoded.header), case["header"], "{}", case["id"]);
            assert_eq!(Value::from(decoded.claims), case["claims"], "{}", case["id"]);
        }
        let typed = decoder.decode(tokens.last().unwrap()).unwrap();
        let voice = json!({
            "incoming": { "allow": true },
            "outgoing": { "application_sid": "AP1" },
            "push_credential_sid": "CR1",
        });
        let grants = json!({
            "voice": voice,
            "video": { "room": "kitchen" },
            "chat": { "service_sid": "IS1" },
            "data_sync": { "service_sid": "IS2" },
            "task_router": { "workspace_sid": "WS1", "role": "worker" },
            "identity": "alice",
        });
        assert_eq!(typed.claims["grants"], grants);
    }
}

/// Accepts what is signed as it must be, and refuses everything else.
fn serve(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).into_owned();
    let header = |name: &str| {
        head.lines().find_map(|line| line.to_lowercase().starts_with(name).then(|| line[name.len()..].trim()))
    };
    let length = header("content-length:").map_or(0, |length| length.parse().unwrap());
    stream.read_exact(&mut vec![0; length]).unwrap();
    let key = fs::read_to_string(root().join("tests/vectors/tokens_public_key.pem")).unwrap();
    let token = header("twilio-client-validation:").and_then(|token| decode(token, &key, Algorithm::Rs256).ok());
    let is_right = token.is_some_and(|token| token.claims["iss"] == "SK1" && token.header["kid"] == "CR1");
    let (status, body) = if is_right { (201, r#"{"sid":"SM1"}"#) } else { (403, r#"{"code":20403,"message":"no"}"#) };
    let answer = format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let _ = stream.write_all(answer.as_bytes());
}

#[test]
fn requests_of_c_and_cpp_are_signed_on_their_way_out() {
    let service = Service::start_raw(serve);
    let key = root().join("tests/vectors/tokens_private_key.pem");
    for program in ["tests/c/validation.c", "tests/cpp/validation.cpp"] {
        Program::build(program, Library::Static, SANITIZERS).argument(&key).client_of(&service).succeeds();
    }
}
