//! From a request's product, method and path to a row of the table.

use std::{collections::HashMap, sync::OnceLock};

use percent_encoding::percent_decode_str;
use ringback::{
    api,
    operation::{Method, Operation},
};

use crate::handlers::{self, Handler};

/// A row of the table, and who answers for it.
pub(crate) struct Route {
    pub(crate) operation: &'static Operation,
    pub(crate) handler: Handler,
}

/// Where a request leads.
pub(crate) enum Found {
    /// To a row, with the values of its path parameters.
    Route(&'static Route, Vec<(&'static str, String)>),
    /// To a path that takes other methods.
    WrongMethod,
    Nothing,
}

/// The paths of one product, segment by segment.
#[derive(Default)]
struct Node {
    text: HashMap<String, Node>,
    /// A parameter, with what must follow it in its segment: `{Sid}` or `{Sid}.json`.
    parameters: Vec<(&'static str, Node)>,
    routes: Vec<(Method, Route)>,
}

/// Finds the row for a request.
pub(crate) fn find(product: &str, method: &str, path: &str) -> Found {
    let Some(root) = index().get(product) else {
        return Found::Nothing;
    };
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let mut values = Vec::new();
    let Some(node) = root.walk(&segments, &mut values) else {
        return Found::Nothing;
    };
    match node.routes.iter().find(|(known, _)| known.as_str() == method) {
        None => Found::WrongMethod,
        Some((_, route)) => Found::Route(route, route.operation.path_parameters().zip(values).collect()),
    }
}

impl Node {
    /// The node at the end of a path; text is preferred to a parameter, and values are collected on the way.
    fn walk(&'static self, path: &[&str], values: &mut Vec<String>) -> Option<&'static Self> {
        let Some((first, rest)) = path.split_first() else {
            return (!self.routes.is_empty()).then_some(self);
        };
        if let Some(found) = self.text.get(*first).and_then(|node| node.walk(rest, values)) {
            return Some(found);
        }
        for (suffix, node) in &self.parameters {
            let Some(value) = first.strip_suffix(suffix).filter(|value| !value.is_empty()) else {
                continue;
            };
            values.push(percent_decode_str(value).decode_utf8_lossy().into_owned());
            if let Some(found) = node.walk(rest, values) {
                return Some(found);
            }
            values.pop();
        }
        None
    }

    fn insert(&mut self, path: &'static str, route: Route) {
        let mut node = self;
        for segment in path.trim_start_matches('/').split('/') {
            node = match segment.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
                None => node.text.entry(segment.to_owned()).or_default(),
                Some((_, suffix)) => {
                    let known = node.parameters.iter().position(|(known, _)| *known == suffix);
                    let at = known.unwrap_or_else(|| {
                        // `{Sid}.json` is tried before `{Sid}`, which would take the suffix for a part of the value
                        let at = node.parameters.partition_point(|(known, _)| known.len() > suffix.len());
                        node.parameters.insert(at, (suffix, Self::default()));
                        at
                    });
                    &mut node.parameters[at].1
                }
            };
        }
        let method = route.operation.method;
        if node.routes.iter().all(|(known, _)| *known != method) {
            node.routes.push((method, route));
        }
    }
}

fn index() -> &'static HashMap<&'static str, Node> {
    static INDEX: OnceLock<HashMap<&'static str, Node>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut products: HashMap<&'static str, Node> = HashMap::new();
        for operation in api::all() {
            let route = Route { operation, handler: handlers::of(operation.name) };
            products.entry(operation.product()).or_default().insert(operation.path.as_str(), route);
        }
        products
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(product: &str, method: &str, path: &str) -> String {
        match find(product, method, path) {
            Found::Nothing => "nothing".into(),
            Found::WrongMethod => "wrong method".into(),
            Found::Route(route, values) => {
                let values: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
                format!("{} {}", route.operation.name, values.join(" ")).trim_end().to_owned()
            }
        }
    }

    #[test]
    fn paths_lead_to_their_rows_with_decoded_values() {
        assert_eq!(
            found("api", "POST", "/2010-04-01/Accounts/AC1/Messages.json"),
            "api.v2010.accounts.messages.create AccountSid=AC1"
        );
        assert_eq!(
            found("api", "GET", "/2010-04-01/Accounts/AC1/Messages/SM1.json"),
            "api.v2010.accounts.messages.fetch AccountSid=AC1 Sid=SM1"
        );
        assert_eq!(found("api", "GET", "/2010-04-01/Accounts/AC1.json"), "api.v2010.accounts.fetch Sid=AC1");
        assert_eq!(
            found("verify", "GET", "/v2/Services/VA1/Verifications/%2B15551234567"),
            "verify.v2.services.verifications.fetch ServiceSid=VA1 Sid=+15551234567"
        );
        assert_eq!(
            found("api", "GET", "/2010-04-01/Accounts/AC1/IncomingPhoneNumbers/Local.json"),
            "api.v2010.accounts.incoming_phone_numbers.local.list AccountSid=AC1"
        );
        assert_eq!(found("api", "PUT", "/2010-04-01/Accounts/AC1/Messages.json"), "wrong method");
        for nothing in
            ["/", "", "/2010-04-01/Accounts/AC1/Messages", "/2010-04-01/Accounts//Messages.json", "/v2/Services"]
        {
            assert_eq!(found("api", "GET", nothing), "nothing", "{nothing}");
        }
        assert_eq!(found("evil", "GET", "/v2/Services"), "nothing");
    }

    #[test]
    fn every_row_of_the_table_is_reached() {
        for operation in api::all() {
            let path: String = ringback::operation::segments(operation.path)
                .map(|segment| match segment {
                    ringback::operation::Segment::Text(text) => text.to_owned(),
                    ringback::operation::Segment::Parameter(_) => "x".to_owned(),
                })
                .collect();
            match find(operation.product(), operation.method.as_str(), &path) {
                // two rows may share a method and a path: a resource and the one that makes it
                Found::Route(route, _) => assert_eq!(route.operation.path, operation.path, "{operation}"),
                _ => panic!("{operation} is not reached by {path}"),
            }
        }
    }
}
