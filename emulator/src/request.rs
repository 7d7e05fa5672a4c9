//! A request to Twilio's API that found its row and its account.

use ringback::operation::{Operation, Standard};

use crate::{
    answer::{Outcome, Refusal},
    arguments::Arguments,
};

/// A request, ready to be answered.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    /// The values of the path's parameters, decoded.
    pub(crate) path_values: Vec<(&'static str, String)>,
    pub(crate) arguments: Arguments,
    /// The headers that the row names.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The path as it arrived, without the query.
    pub(crate) path: String,
    /// The host as it was named, such as `verify.twilio.com`.
    pub(crate) host: String,
    /// The account that it is about: that of the path, else the one that signed in.
    pub(crate) account: String,
}

impl Request {
    /// The standard that the operation follows.
    pub(crate) fn standard(&self) -> Standard {
        self.operation.resource.version.standard
    }

    /// The value of a path parameter.
    pub(crate) fn path_value(&self, name: &str) -> &str {
        self.path_values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The first value of a parameter that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.arguments.get(name)
    }

    /// The value of a header that the row names.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The refusal for what is not there.
    pub(crate) fn not_found(&self) -> Refusal {
        Refusal::not_found(&self.path)
    }

    /// What is there, or the refusal.
    pub(crate) fn found<T>(&self, thing: Option<T>) -> Outcome<T> {
        thing.ok_or_else(|| self.not_found())
    }
}
