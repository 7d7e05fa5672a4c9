//! What proxies and frameworks do to URLs, undone: the URLs that may have been signed instead.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{super::request::Request, PUBLIC_URL, Reason, ReasonKind, shown};

/// Headers in which proxies tell the host that was asked for.
const HOSTS: [&str; 4] = ["X-Forwarded-Host", "X-Original-Host", "X-Forwarded-Server", "Host"];
/// Headers in which proxies tell the path that was asked for, and those that hold what they cut off it.
const TARGETS: [&str; 6] = [
    "X-Original-URL",
    "X-Original-URI",
    "X-Rewrite-URL",
    "X-Forwarded-Uri",
    "X-Envoy-Original-Path",
    "X-Forwarded-Path",
];
const PREFIXES: [&str; 3] = ["X-Forwarded-Prefix", "X-Script-Name", "X-Forwarded-Path"];

/// What stays as it is where a path is encoded once more.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A part of a URL, and what it would mean; nothing if it is the one that was given.
type Part = (String, Option<Reason>);

/// Every form of a URL: each scheme with each host and each target, those with the fewest changes first.
pub(super) struct Urls {
    schemes: Vec<Part>,
    hosts: Vec<Part>,
    targets: Vec<Part>,
    order: Vec<[usize; 3]>,
}

impl Urls {
    pub(super) fn of(request: &Request<'_>, params: &[(&str, &str)]) -> Self {
        let url = request.url.split('#').next().unwrap_or_default();
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let (authority, target) = match scheme {
            "" if rest.starts_with('/') => ("", rest),
            _ => rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len())),
        };
        let schemes = schemes(request, scheme);
        let hosts = hosts(request, authority);
        let targets = targets(request, url, target, params);
        let mut order = Vec::with_capacity(schemes.len() * hosts.len() * targets.len());
        for scheme in 0..schemes.len() {
            for host in 0..hosts.len() {
                order.extend((0..targets.len()).map(|target| [scheme, host, target]));
            }
        }
        let mut urls = Self { schemes, hosts, targets, order };
        let mut order = std::mem::take(&mut urls.order);
        order.sort_by_key(|form| urls.parts(form).filter(|(_, reason)| reason.is_some()).count());
        urls.order = order;
        urls
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// How much of the URL this form changes.
    pub(super) fn changes(&self, index: usize) -> usize {
        self.parts(&self.order[index]).filter(|(_, reason)| reason.is_some()).count()
    }

    pub(super) fn url(&self, index: usize) -> String {
        let [scheme, host, target] = self.order[index];
        let (scheme, host, target) = (&self.schemes[scheme].0, &self.hosts[host].0, &self.targets[target].0);
        match scheme.is_empty() {
            true => format!("{host}{target}"),
            false => format!("{scheme}://{host}{target}"),
        }
    }

    pub(super) fn reasons(&self, index: usize) -> Vec<Reason> {
        self.parts(&self.order[index]).filter_map(|(_, reason)| reason.clone()).collect()
    }

    fn parts(&self, form: &[usize; 3]) -> impl Iterator<Item = &Part> {
        let [scheme, host, target] = *form;
        [&self.schemes[scheme], &self.hosts[host], &self.targets[target]].into_iter()
    }
}

/// Adds a part, unless it is there.
fn add(parts: &mut Vec<Part>, part: String, reason: impl FnOnce() -> Reason) {
    if !parts.iter().any(|(known, _)| *known == part) {
        let reason = reason();
        parts.push((part, Some(reason)));
    }
}

fn schemes(request: &Request<'_>, given: &str) -> Vec<Part> {
    let mut found = vec![(given.to_owned(), None)];
    for scheme in ["https", "http", "wss", "ws"] {
        add(&mut found, scheme.to_owned(), || {
            let problem = match given {
                "" => format!("the URL has no scheme, and {scheme} was signed"),
                _ => format!("the URL begins with {}, but {scheme} was signed", shown(given)),
            };
            let told =
                request.other_header("X-Forwarded-Proto").is_some() || request.other_header("Forwarded").is_some();
            let remedy = match told {
                true => "let the framework take the scheme that the proxy tells it".to_owned(),
                false => PUBLIC_URL.to_owned(),
            };
            let kind = if given.is_empty() { ReasonKind::UrlMalformed } else { ReasonKind::Scheme };
            Reason::proven(kind, problem, remedy)
        });
    }
    found
}

fn hosts(request: &Request<'_>, given: &str) -> Vec<Part> {
    let mut found = vec![(given.to_owned(), None)];
    let bare = given.rsplit('@').next().unwrap_or_default();
    let mut told: Vec<(&str, String)> = Vec::new();
    for header in HOSTS {
        let values = request.other_header(header).unwrap_or_default();
        // proxies add theirs at the end; which of them the public one is depends
        told.extend(values.split(',').map(str::trim).take(3).map(|host| (header, host.to_owned())));
    }
    if let Some(host) = forwarded(request, "host") {
        told.push(("Forwarded", host));
    }
    told.retain(|(_, host)| !host.is_empty() && host.len() < 300 && !host.contains(['/', '?', '#', '@', ' ']));
    told.truncate(6);
    if let Some(port) = request.other_header("X-Forwarded-Port").map(str::trim)
        && port.parse::<u16>().is_ok()
    {
        for host in told.iter().map(|(_, host)| host.as_str()).chain([bare]) {
            let name = without_port(host);
            add(&mut found, format!("{name}:{port}"), || {
                let problem =
                    format!("the URL does not have the port {port}, which was signed and which a proxy tells");
                Reason::proven(ReasonKind::Port, problem, PUBLIC_URL)
            });
        }
    }
    for (header, host) in told {
        add(&mut found, host.clone(), || {
            let problem = match given {
                "" => format!("the URL has no host, and {} was signed, as the header {header} has it", shown(&host)),
                _ => format!(
                    "the URL has the host {}, but {} was signed, as the header {header} has it",
                    shown(bare),
                    shown(&host)
                ),
            };
            Reason::proven(
                ReasonKind::Host,
                problem,
                "build the URL from the address that Twilio was told, or from that header if only your proxy can set it",
            )
        });
    }
    let lower = bare.to_ascii_lowercase();
    add(&mut found, lower, || Reason::proven(ReasonKind::Host, "the host was signed in small letters", PUBLIC_URL));
    found.truncate(12);
    found
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// A value of the first element of the header `Forwarded`.
fn forwarded(request: &Request<'_>, name: &str) -> Option<String> {
    let first = request.other_header("Forwarded")?.split(',').next()?;
    let (_, value) = first
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"').to_owned())
}

fn targets(request: &Request<'_>, url: &str, given: &str, params: &[(&str, &str)]) -> Vec<Part> {
    let mut found = vec![(given.to_owned(), None)];
    let (path, query) = given.split_at(given.find('?').unwrap_or(given.len()));
    let path_of = |problem: String| Reason::proven(ReasonKind::Path, problem, PUBLIC_URL);

    let (toggled, what) = match path.strip_suffix('/') {
        Some(path) => (path.to_owned(), "without the slash at its end"),
        None => (format!("{path}/"), "with a slash at its end"),
    };
    add(&mut found, format!("{toggled}{query}"), || {
        let remedy = "tell Twilio the address to which the framework leads, or check against the one that it was told";
        Reason::proven(ReasonKind::TrailingSlash, format!("the path was signed {what}"), remedy)
    });
    for header in TARGETS {
        let Some(told) = request.other_header(header).map(str::trim).filter(|told| told.len() < 4096) else { continue };
        let told = match told.split_once("://") {
            Some((_, rest)) => &rest[rest.find(['/', '?']).unwrap_or(rest.len())..],
            None => told,
        };
        let with_query = if told.contains('?') { told.to_owned() } else { format!("{told}{query}") };
        add(&mut found, with_query, || path_of(format!("another path was signed, as the header {header} has it")));
    }
    for header in PREFIXES {
        let Some(prefix) = request.other_header(header).filter(|prefix| prefix.len() < 1024) else { continue };
        let prefix = prefix.trim().trim_end_matches('/');
        add(&mut found, format!("{prefix}{given}"), || {
            path_of(format!("the path was signed with what a proxy cuts off it, as the header {header} has it"))
        });
    }
    if let Some(rest) = path.get(1..).and_then(|path| path.find('/')).map(|at| &path[at + 1..]) {
        add(&mut found, format!("{rest}{query}"), || path_of("the path was signed without its first part".to_owned()));
    }
    if let Some((_, normal)) = url::Url::parse(url).ok().as_ref().and_then(|url| url.as_str().split_once("://")) {
        let target = &normal[normal.find('/').unwrap_or(normal.len())..];
        add(&mut found, target.to_owned(), || path_of("the path was signed with its dots resolved".to_owned()));
    }
    if path.contains("//") {
        let single =
            path.split('/').filter(|part| !part.is_empty()).fold(String::new(), |path, part| path + "/" + part);
        add(&mut found, format!("{single}{query}"), || path_of("the path was signed with single slashes".to_owned()));
    }
    queries(&mut found, path, query, params);
    encodings(&mut found, path, query);
    found
}

fn queries(found: &mut Vec<Part>, path: &str, query: &str, params: &[(&str, &str)]) {
    let reason = |problem: &str| {
        Reason::proven(ReasonKind::Query, problem, "hand on the URL with its query, as it was received")
    };
    if !query.is_empty() {
        add(found, path.to_owned(), || reason("the URL was signed without its query"));
    } else if !params.is_empty() && params.len() < 100 {
        let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        if written.len() < 8192 {
            let problem = "the URL was signed with its query, which is missing";
            add(found, format!("{path}?{written}"), || reason(problem));
            add(found, format!("{path}?{}", written.replace('+', "%20")), || reason(problem));
        }
    }
}

fn encodings(found: &mut Vec<Part>, path: &str, query: &str) {
    let reason = || {
        let problem = "the URL was signed in another encoding";
        Reason::proven(
            ReasonKind::Encoding,
            problem,
            "hand on the URL as it was received, neither decoded nor encoded anew",
        )
    };
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    add(found, format!("{decoded}{query}"), reason);
    add(found, format!("{decoded}{}", percent_decode_str(query).decode_utf8_lossy()), reason);
    add(found, format!("{}{query}", utf8_percent_encode(&decoded, SEGMENT)), reason);
    add(found, format!("{path}{}", query.replace('+', "%20")), reason);
    add(found, format!("{path}{}", query.replace("%20", "+")), reason);
}
