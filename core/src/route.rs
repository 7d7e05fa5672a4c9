//! Which proxy requests go through: the one that the user named, else the environment's; never unencrypted off this machine.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Proxy;
use url::Url;

use crate::{
    Error, Result,
    endpoint::{Endpoint, is_loopback},
};

/// The way to the hosts of an endpoint.
pub(crate) enum Route {
    /// What `HTTPS_PROXY` and `NO_PROXY` say at each request.
    Environment,
    /// No proxy.
    Direct,
    /// One proxy for everything.
    Through(Box<Proxy>),
}

impl Route {
    /// Settles the way to an endpoint: `named` beats the environment.
    pub(crate) fn new(endpoint: &Endpoint, named: Option<&str>) -> Result<Self> {
        let base = endpoint.base().filter(|base| is_loopback(base));
        match (named, base) {
            (Some(named), base) => explicit(named, base),
            (None, None) => Ok(Self::Environment),
            (None, Some(base)) => Ok(of_loopback(base, &Matcher::from_system())),
        }
    }
}

fn explicit(named: &str, loopback: Option<&Url>) -> Result<Route> {
    // the URL may hold a password, so no message repeats it
    let wrong = |why: &str| Error::configuration(format!("proxy {why}"));
    let example = "must be a URL such as http://proxy.example:3128";
    let url = Url::parse(named).map_err(|_| wrong(example))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong(example));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(
            "must be a scheme, a host and a port alone, with a user and a password where it asks for them",
        ));
    }
    if loopback.is_some_and(|base| base.scheme() == "http") && !is_loopback(&url) {
        return Err(wrong("must be on this machine, since base_url is plain http: nothing goes out unencrypted"));
    }
    Proxy::all(url).map(|proxy| Route::Through(Box::new(proxy))).map_err(|_| wrong(example))
}

/// What goes to this machine takes a proxy of the environment only if that is on this machine as well.
fn of_loopback(base: &Url, environment: &Matcher) -> Route {
    let proxy = || {
        let found = environment.intercept(&base.as_str().parse::<Uri>().ok()?)?;
        let url = Url::parse(&found.uri().to_string()).ok().filter(is_loopback)?;
        let proxy = Proxy::all(url).ok()?;
        Some(match found.basic_auth() {
            Some(authorization) => proxy.custom_http_auth(authorization.clone()),
            None => proxy,
        })
    };
    proxy().map_or(Route::Direct, |proxy| Route::Through(Box::new(proxy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(base: Option<&str>) -> Endpoint {
        Endpoint::new(None, None, base).unwrap()
    }

    #[test]
    fn a_wrong_proxy_is_named_without_its_password() {
        for wrong in
            ["", "proxy", "u:hunter2@proxy:3128", "socks5://u:hunter2@p:1", "http://u:hunter2@p:1/path", "http://"]
        {
            let error = Route::new(&endpoint(None), Some(wrong)).err().expect(wrong);
            assert!(error.to_string().starts_with("proxy must be"), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        for right in ["http://proxy.example:3128", "https://u:hunter2@proxy.example", "http://[::1]:8080/"] {
            assert!(matches!(Route::new(&endpoint(None), Some(right)), Ok(Route::Through(_))), "{right}");
        }
    }

    #[test]
    fn plain_http_never_goes_to_a_proxy_elsewhere() {
        let plain = endpoint(Some("http://127.0.0.1:4010"));
        let error = Route::new(&plain, Some("http://proxy.example:3128")).err().unwrap();
        assert!(error.to_string().contains("base_url is plain http"), "{error}");
        assert!(matches!(Route::new(&plain, Some("http://127.0.0.1:3128")), Ok(Route::Through(_))));
        let base = plain.base().unwrap();
        let route = |proxy: &str, except: &str| of_loopback(base, &Matcher::builder().all(proxy).no(except).build());
        assert!(matches!(route("http://proxy.example:3128", ""), Route::Direct));
        assert!(matches!(route("http://127.0.0.1.example:3128", ""), Route::Direct));
        assert!(matches!(route("http://127.0.0.1:3128", ""), Route::Through(_)));
        assert!(matches!(route("http://u:p@localhost:3128", ""), Route::Through(_)));
        assert!(matches!(route("http://127.0.0.1:3128", "127.0.0.1"), Route::Direct), "NO_PROXY is honoured");
        assert!(matches!(route("", ""), Route::Direct));
    }
}
