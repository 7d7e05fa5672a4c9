//! What an HTTP client of the caller's own is handed, and what its answer means: by the rules of our own connections.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    Client, Error, ErrorKind, Page, Params, Response, Result, endpoint,
    operation::{Body, Level, Method, Operation, Verb},
    request::{self, WireRequest},
    response,
};

/// Where a request goes and who makes it; its parameters stay with the caller.
#[doc(hidden)]
pub struct Handover {
    /// The address without a query, or all of it for a page that an answer named.
    pub url: String,
    /// The path of the address, for errors.
    pub path: String,
    /// The path with the query that the address holds.
    pub target: String,
    /// What the `Host` header says where the address does not name Twilio's host.
    pub host: Option<String>,
    /// The account or API key that signs in with its secret, if there are credentials.
    pub sign_in: Option<(String, String)>,
}

impl Client {
    /// Where an operation goes whose path holds these parameters.
    ///
    /// # Errors
    /// `InvalidArgument` if a value of the path is missing or cannot stand in it.
    #[doc(hidden)]
    pub fn hand_over(&self, operation: &'static Operation, path: &Params) -> Result<Handover> {
        self.handover(operation.product(), &request::bare_path(operation, path, self.account_sid())?)
    }

    /// Where a page is whose address an answer gave; its origin is not followed.
    ///
    /// # Errors
    /// `Decode` if the address is none.
    #[doc(hidden)]
    pub fn hand_over_page(&self, operation: &'static Operation, url: &str) -> Result<Handover> {
        let path = endpoint::path_and_query(url)
            .ok_or_else(|| Error::new(ErrorKind::Decode, "the address of the next page is not a URL"))?;
        self.handover(operation.product(), &path)
    }

    /// Where an address of Twilio's is for this client; one that is not Twilio's is refused.
    ///
    /// # Errors
    /// `InvalidArgument` if it is none of Twilio's.
    #[doc(hidden)]
    pub fn hand_over_url(&self, url: &str) -> Result<Handover> {
        let (product, path) = endpoint::product_and_path(url)
            .ok_or_else(|| Error::invalid_argument("the request would leave Twilio's hosts"))?;
        self.handover(&product, &path)
    }

    fn handover(&self, product: &str, path: &str) -> Result<Handover> {
        let url = self.endpoint().url(product, path)?;
        let endpoint = self.endpoint();
        Ok(Handover {
            path: url.path().to_owned(),
            target: path.to_owned(),
            url: url.into(),
            host: endpoint.is_custom().then(|| endpoint.host(product)),
            sign_in: self.credentials().sign_in(),
        })
    }

    /// The headers of an operation besides its parameters: what is sent, what is understood, and who asks.
    #[doc(hidden)]
    pub fn hand_over_headers(&self, operation: &'static Operation) -> Vec<(&'static str, String)> {
        let mut headers = self.hand_over_page_headers();
        if operation.method == Method::Delete {
            headers.retain(|(name, _)| *name != "Accept");
        } else if let Some(accept) = media_type(operation) {
            headers.retain(|(name, _)| *name != "Accept");
            headers.push(("Accept", accept.to_owned()));
        }
        let content_type = match operation.body {
            Body::Json(content_type) => Some(content_type),
            _ if operation.level == Level::List || matches!(operation.method, Method::Post | Method::Put) => {
                Some("application/x-www-form-urlencoded")
            }
            _ => None,
        };
        headers.extend(content_type.map(|content_type| ("Content-Type", content_type.to_owned())));
        headers
    }

    /// The headers of a page that an answer named.
    #[doc(hidden)]
    pub fn hand_over_page_headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("User-Agent", self.user_agent().to_owned()),
            ("X-Twilio-Client", format!("ringback-{}", env!("CARGO_PKG_VERSION"))),
            ("Accept-Charset", "utf-8".to_owned()),
            ("Accept", "application/json".to_owned()),
        ]
    }
}

/// The media type of a resource that has one of its own: what its bodies are, its answers are too.
fn media_type(operation: &'static Operation) -> Option<&'static str> {
    let resource = operation.resource;
    let rows = resource.version.operations.iter().filter(|row| std::ptr::eq(row.resource, resource));
    rows.filter_map(|row| match row.body {
        Body::Json(content_type) => Some(content_type),
        _ => None,
    })
    .find(|content_type| *content_type != "application/json")
}

impl Response {
    /// What another HTTP client received; an answer that says no is an error.
    ///
    /// # Errors
    /// As [`Client::execute`], by the same reading of the status and the body.
    #[doc(hidden)]
    pub fn received<'a>(
        operation: &'static Operation,
        path: &str,
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: Vec<u8>,
    ) -> Result<Self> {
        let pairs = headers.into_iter().filter_map(|(name, value)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
        });
        let headers: HeaderMap = pairs.collect();
        let at = |error: Error| error.with_request(operation.method.as_str(), path);
        // a client of the caller's own may have followed a redirect or may leave it to be read, as for media
        let success = (200..300).contains(&status) || (operation.verb == Verb::Fetch && (300..400).contains(&status));
        if !success {
            let error = Error::of_answer(status, &body);
            let request_id = response::request_id(&headers);
            return Err(at(error.with_answer_headers(request_id, response::retry_after(&headers))));
        }
        let response = Self::new(status, headers, Bytes::from(body));
        response.document().map_err(at)?;
        Ok(response)
    }
}

impl Page {
    /// Reads a page out of the answer to a path and query that another HTTP client received.
    ///
    /// # Errors
    /// `Decode` if it holds no records.
    #[doc(hidden)]
    pub fn received(operation: &'static Operation, path: String, response: Response) -> Result<Self> {
        Self::new(&WireRequest::of_page(operation, path), response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Outcome, api, params};

    fn client() -> Client {
        Client::builder()
            .account_sid("AC1")
            .auth_token("t:o")
            .region("ie1")
            .user_agent_extensions(["shop/1"])
            .build()
            .unwrap()
    }

    #[test]
    fn an_address_is_ours_whatever_the_values_and_the_answers_hold() {
        let fetch = api::find("messages.fetch").unwrap();
        let handed = client().hand_over(fetch, &params! { "Sid" => "SM 1" }).unwrap();
        assert_eq!(handed.url, "https://api.ie1.twilio.com/2010-04-01/Accounts/AC1/Messages/SM%201.json");
        assert_eq!(handed.sign_in, Some(("AC1".to_owned(), "t:o".to_owned())));
        let list = api::find("messages.list").unwrap();
        let page = client().hand_over_page(list, "https://evil.com/2010-04-01/x.json?Page=1").unwrap();
        assert_eq!(page.url, "https://api.ie1.twilio.com/2010-04-01/x.json?Page=1");
        assert!(client().hand_over(fetch, &params! { "Sid" => ".." }).is_err());
        let own = client().hand_over_url("https://api.twilio.com/2010-04-01/Accounts.json?Page=1").unwrap();
        assert_eq!(own.url, "https://api.ie1.twilio.com/2010-04-01/Accounts.json?Page=1");
        for foreign in ["https://twilio.com.evil.com/", "http://api.twilio.com/", "https://evil.com/", "api.twilio.com"]
        {
            assert!(client().hand_over_url(foreign).is_err(), "{foreign}");
        }
    }

    #[test]
    fn headers_name_what_is_sent_and_what_is_understood() {
        let of = |name: &str, header: &str| {
            let headers = client().hand_over_headers(api::find(name).unwrap());
            headers.into_iter().find(|(known, _)| *known == header).map(|(_, value)| value)
        };
        assert_eq!(of("messages.create", "Content-Type").as_deref(), Some("application/x-www-form-urlencoded"));
        assert_eq!(of("content.v1.contents.create", "Content-Type").as_deref(), Some("application/json"));
        assert_eq!(of("messages.fetch", "Content-Type"), None);
        assert!(of("messages.fetch", "User-Agent").is_some_and(|agent| agent.ends_with(" shop/1")));
        assert_eq!(of("messages.fetch", "Accept").as_deref(), Some("application/json"));
        assert_eq!(of("messages.delete", "Accept"), None);
    }

    #[test]
    fn an_answer_that_says_no_is_the_error_that_our_own_connections_would_give() {
        let create = api::find("messages.create").unwrap();
        let body = br#"{"code": 21211, "message": "no such number"}"#.to_vec();
        let error = Response::received(create, "/x", 400, [("Retry-After", "3")], body).unwrap_err();
        assert_eq!((error.code(), error.outcome()), (Some(21211), Outcome::NotSent));
        assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(3));
        let error = Response::received(create, "/x", 201, [], b"no json".to_vec()).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Sent));
    }
}
