//! Which vectors stand for what each official validator does, row by row; each is accepted or refused as it stands there.

use super::vectors;

/// What an official library does, and the vectors that show what is made of it here.
const TABLE: &[(&str, &[&str])] = &[
    ("the URL as it is", &["basic", "no-query", "extra-query", "empty-params", "docs-worked"]),
    ("with the port of https added", &["https-add-443", "creds-443", "user-only-443", "sha256-port-added"]),
    ("with the port of http added", &["http-add-80"]),
    ("with the port of ws added, 80 also to wss", &["wss-80-as-the-libraries", "wss-443"]),
    ("with the port removed", &["https-port-removed", "ipv6-port-removed", "sha256-port-removed"]),
    ("with a port that is none of the usual kept", &["http-port-kept", "csharp-custom-port-https", "double-slash"]),
    ("user and password kept", &["creds-kept", "user-only-kept", "cs-creds", "cs-mixed-creds"]),
    ("user and password dropped, as Twilio does", &["user-dropped", "user-and-port-dropped", "user-dropped-port-kept"]),
    ("the query as Node reads and writes it", &["legacy-query"]),
    ("the quote encoded or not", &["node-quote-escaped", "quote-decoded"]),
    ("an empty query dropped (Python)", &["lone-question-mark"]),
    ("the scheme in small letters (Python, Node)", &["upper-scheme", "cs-upper-scheme"]),
    (
        "the host in the letters that it has",
        &["mixed-case-host", "mixed-case-host-port", "mixed-http", "neg-mixed-host"],
    ),
    ("a bare host with or without a slash (Node)", &["bare-host", "bare-host-signed-bare"]),
    ("dots in the path: kept, never resolved (unlike Node)", &["dots-kept", "dots-resolved"]),
    ("another encoding (Node)", &["whatwg-encoding", "space-in-path", "intl-url"]),
    ("escapes and pluses as they are", &["pct-encoded-query", "percent-case-kept", "plus-kept"]),
    ("the fragment, which no server sees", &["fragment-dropped", "fragment-signed"]),
    (
        "repeated names: values sorted, each once",
        &["array", "dup-sorted-unique", "same-pair-twice", "sha256-duplicates"],
    ),
    ("repeated names as Ruby and C# have them: refused", &["values-in-order-sent", "joined-values"]),
    (
        "names sorted by their bytes",
        &["key-sorting", "case-keys", "case-sensitive-key-order", "go-basic", "neg-wrong-sort"],
    ),
    ("names that begin another", &["name-is-a-prefix", "go-http"]),
    ("values that are empty, or null", &["empty-values", "null-values", "empty-value-dropped"]),
    ("values as they are, white space too", &["leading-trailing-space", "special-param-chars", "trimmed-value"]),
    ("values that are not ASCII", &["unicode-emoji-body", "sha256-unicode"]),
    ("a raw form", &["go-form-body"]),
    ("a body by its hash in the URL", &["body-hash", "body-hash-only", "node-empty-json-body", "sha256-json"]),
    ("a form beside a hash", &["form-beside-a-hash"]),
    ("a body without its hash", &["neg-body-without-hash"]),
    (
        "another body, none, two hashes, a hash in capitals",
        &["sha256-json-changed", "json-empty-body", "json-two-hashes", "json-hash-in-capitals"],
    ),
    (
        "the handshake of a WebSocket, with the slash or without",
        &["ws-plain", "ws-trailing-slash", "wss-slash-dropped", "wss-slash-before-query", "ws-https-scheme"],
    ),
    ("a GET, whose parameters stand in the query", &["get-params-in-query", "sha256-get", "query-in-another-order"]),
    ("another scheme, port or slash", &["neg-scheme", "another-port", "slash-at-the-end", "host-before-the-at"]),
    ("no signature", &["neg-empty-or-null-signature"]),
    (
        "HMAC-SHA256 where the header says so",
        &["sha256-form", "sha256-any-case", "sha1-by-settings", "sha1-by-empty-settings"],
    ),
    (
        "another algorithm than the header says, or an unknown one",
        &[
            "sha256-without-settings",
            "sha1-with-sha256-settings",
            "unknown-algorithm",
            "unknown-algorithm-sha256",
            "sha256-other-params",
        ],
    ),
    ("IPv6", &["ipv6"]),
];

#[test]
fn every_vector_stands_in_the_table_and_every_row_has_one() {
    let known: Vec<String> = ["accepted", "refused"]
        .into_iter()
        .flat_map(vectors)
        .map(|vector| vector["id"].as_str().unwrap().to_owned())
        .collect();
    for (row, ids) in TABLE {
        assert!(!ids.is_empty(), "{row}");
        for id in *ids {
            assert!(known.iter().any(|known| known == id), "{row}: there is no vector {id}");
        }
    }
    for id in &known {
        assert!(TABLE.iter().any(|(_, ids)| ids.contains(&id.as_str())), "{id} stands in no row");
    }
}
