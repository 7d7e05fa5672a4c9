//! Which host a request goes to, and which host it says it is for.

use url::{Host, Url};

use crate::{Error, Result};

/// Where requests go: Twilio's hosts by region and edge, or one origin that the user named.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// `[.edge][.region]`, with which the host of a product ends before `.twilio.com`.
    infix: String,
    base: Option<Url>,
}

impl Endpoint {
    /// Checks region, edge and base URL.
    pub(crate) fn new(region: Option<&str>, edge: Option<&str>, base_url: Option<&str>) -> Result<Self> {
        for (setting, value) in [("region", region), ("edge", edge)] {
            let is_label = |text: &str| {
                (1..=63).contains(&text.len())
                    && !text.starts_with('-')
                    && !text.ends_with('-')
                    && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            };
            if value.is_some_and(|value| !is_label(value)) {
                return Err(Error::configuration(format!("{setting} must be a name such as ie1 or dublin")));
            }
        }
        // Twilio routes an edge only together with a region, and us1 is where accounts are by default
        let infix = match (edge, region) {
            (Some(edge), region) => format!(".{edge}.{}", region.unwrap_or("us1")),
            (None, Some(region)) => format!(".{region}"),
            (None, None) => String::new(),
        };
        Ok(Self { infix, base: base_url.map(origin).transpose()? })
    }

    /// The host that a product's requests name, whatever machine they go to.
    pub(crate) fn host(&self, product: &str) -> String {
        format!("{product}{}.twilio.com", self.infix)
    }

    /// The origin that the user named.
    pub(crate) fn base(&self) -> Option<&Url> {
        self.base.as_ref()
    }

    /// Whether the user named an origin, and so the Host header must be set by hand.
    pub(crate) fn is_custom(&self) -> bool {
        self.base.is_some()
    }

    /// The URL of a path (with its query) of a product.
    pub(crate) fn url(&self, product: &str, path: &str) -> Result<Url> {
        let text = match &self.base {
            Some(base) => format!("{}{path}", base.as_str().trim_end_matches('/')),
            None => format!("https://{}{path}", self.host(product)),
        };
        let url = Url::parse(&text).map_err(|cause| {
            Error::invalid_argument("the path of the request is not a valid URL path").with_source(cause)
        })?;
        if self.is_ours(&url) {
            return Ok(url);
        }
        Err(Error::invalid_argument("the request would leave Twilio's hosts"))
    }

    /// Whether credentials may go to this URL: Twilio's hosts over TLS, or exactly the origin that the user gave.
    pub(crate) fn is_ours(&self, url: &Url) -> bool {
        let plain = url.username().is_empty() && url.password().is_none();
        plain
            && match &self.base {
                Some(base) => url.origin() == base.origin(),
                None => {
                    url.scheme() == "https"
                        && url.port().is_none()
                        && url.host_str().is_some_and(|host| host.ends_with(".twilio.com"))
                }
            }
    }
}

/// The path and query of a URL that an answer held; its origin is not ours to follow.
pub(crate) fn path_and_query(url: &str) -> Option<String> {
    let base = Url::parse("https://twilio.com").ok()?;
    let url = base.join(url).ok()?;
    let path = url.path();
    // `//host/x` would be read as a host once more
    if !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    Some(url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

/// The product that an address of Twilio's belongs to, and its path with the query.
pub(crate) fn product_and_path(url: &str) -> Option<(String, String)> {
    let parsed = Url::parse(url).ok()?;
    let is_ours = Endpoint { infix: String::new(), base: None }.is_ours(&parsed);
    let product = parsed.host_str().filter(|_| is_ours)?.split('.').next()?.to_owned();
    Some((product, path_and_query(url)?))
}

fn origin(text: &str) -> Result<Url> {
    let wrong = |why: &str| Error::configuration(format!("base_url (RINGBACK_BASE_URL) {why}"));
    let url = Url::parse(text).map_err(|_| wrong("must be a URL such as http://127.0.0.1:4010"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("must be a URL such as http://127.0.0.1:4010"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user or a password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must be an origin alone: scheme, host and port"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(wrong("must be https, since credentials go there: plain http is for loopback hosts"));
    }
    Ok(url)
}

/// Whether what goes to this URL stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_follow_region_and_edge() {
        let host = |region, edge| Endpoint::new(region, edge, None).unwrap().host("api");
        assert_eq!(host(None, None), "api.twilio.com");
        assert_eq!(host(Some("ie1"), None), "api.ie1.twilio.com");
        assert_eq!(host(Some("ie1"), Some("dublin")), "api.dublin.ie1.twilio.com");
        assert_eq!(host(None, Some("dublin")), "api.dublin.us1.twilio.com");
    }

    #[test]
    fn every_product_keeps_its_name_in_every_region_and_at_every_edge() {
        let regions = [None, Some("us1"), Some("ie1"), Some("au1")];
        let edges = [None, Some("ashburn"), Some("dublin"), Some("sydney"), Some("ashburn-ix")];
        for (region, edge) in regions.into_iter().flat_map(|region| edges.map(|edge| (region, edge))) {
            let twilio = Endpoint::new(region, edge, None).unwrap();
            let custom = Endpoint::new(region, edge, Some("http://127.0.0.1:4010")).unwrap();
            for product in ["api", "verify", "oauth", "preview-iam"] {
                let expected = match (edge, region) {
                    (None, None) => format!("{product}.twilio.com"),
                    (None, Some(region)) => format!("{product}.{region}.twilio.com"),
                    (Some(edge), region) => format!("{product}.{edge}.{}.twilio.com", region.unwrap_or("us1")),
                };
                assert_eq!(twilio.url(product, "/x").unwrap().as_str(), format!("https://{expected}/x"));
                assert_eq!(custom.url(product, "/x").unwrap().as_str(), "http://127.0.0.1:4010/x");
                assert_eq!(custom.host(product), expected);
            }
        }
    }

    #[test]
    fn what_is_no_name_of_a_region_or_an_edge_is_refused() {
        let long = "a".repeat(64);
        let wrong =
            ["", "evil.com/", "ie1.evil.com", "IE1", "ié1", "-ie1", "ie1-", "ie 1", "ie1\n", "ie1@x", "..", &long];
        for name in wrong {
            let error = Endpoint::new(Some(name), None, None).expect_err(name);
            assert!(error.to_string().starts_with("region must be"), "{error}");
            let error = Endpoint::new(Some("ie1"), Some(name), None).expect_err(name);
            assert!(error.to_string().starts_with("edge must be"), "{error}");
        }
        assert!(Endpoint::new(Some(&long[1..]), None, None).is_ok());
    }

    #[test]
    fn a_base_url_is_an_origin_and_plain_only_on_loopback() {
        for good in ["http://127.0.0.1:4010", "http://localhost:1/", "http://[::1]:80", "https://proxy.example.com"] {
            assert!(Endpoint::new(None, None, Some(good)).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com",
            "http://127.0.0.1.example.com",
            "https://u:p@example.com",
            "https://example.com/path",
            "https://example.com?q",
            "ftp://127.0.0.1",
            "127.0.0.1:4010",
            "",
        ] {
            let error = Endpoint::new(None, None, Some(bad)).expect_err(bad);
            assert!(error.to_string().contains("RINGBACK_BASE_URL"), "{error}");
        }
    }

    #[test]
    fn credentials_stay_with_the_hosts_that_are_ours() {
        let twilio = Endpoint::new(None, None, None).unwrap();
        let ours = |url: &str| twilio.is_ours(&Url::parse(url).unwrap());
        assert!(ours("https://api.twilio.com/x"));
        assert!(!ours("http://api.twilio.com/x"));
        assert!(!ours("https://api.twilio.com.evil.com/x"));
        assert!(!ours("https://eviltwilio.com/x"));
        assert!(!ours("https://u@api.twilio.com/x"));
        assert!(!ours("https://api.twilio.com:8443/x"));
        let custom = Endpoint::new(None, None, Some("http://127.0.0.1:4010")).unwrap();
        assert!(custom.url("api", "/x?y=1").is_ok());
        assert!(!custom.is_ours(&Url::parse("http://127.0.0.1:4011/").unwrap()));
        assert!(custom.url("api", "@evil.com/x").is_err(), "a path cannot become a host");
        assert!(twilio.url("api", ".evil.com/x").is_err());
    }

    #[test]
    fn of_a_url_in_an_answer_only_path_and_query_are_taken() {
        assert_eq!(path_and_query("/a.json?Page=1").as_deref(), Some("/a.json?Page=1"));
        assert_eq!(path_and_query("https://evil.com/a?b").as_deref(), Some("/a?b"));
        assert_eq!(path_and_query("//evil.com/a").as_deref(), Some("/a"));
        assert_eq!(path_and_query("https://evil.com//x/a"), None);
    }
}
