//! Calls.

use serde_json::Value;

use crate::{
    answer::Outcome,
    egress::{Delivery, Failure, Fetched},
    request::Request,
    world::World,
};

#[derive(Debug)]
pub(crate) struct Call {}
#[derive(Debug)]
pub(crate) struct Timer {}
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetch {}
#[derive(Debug)]
pub(crate) enum Act {
    Answer,
    Busy,
    NoAnswer,
    Hangup,
    Digits(String),
    Speech(String),
}
pub(crate) fn on_timer(_: &mut World, _: &Timer) {}
pub(crate) fn on_document(_: &mut World, _: &Fetch, _: Result<Fetched, Failure>) {}
pub(crate) fn create(_: &mut World, r: &Request) -> Outcome {
    Err(r.not_found())
}
pub(crate) fn fetch(_: &mut World, r: &Request) -> Outcome {
    Err(r.not_found())
}
pub(crate) fn list(_: &mut World, r: &Request) -> Outcome {
    Err(r.not_found())
}
pub(crate) fn update(_: &mut World, r: &Request) -> Outcome {
    Err(r.not_found())
}
pub(crate) fn delete(_: &mut World, r: &Request) -> Outcome {
    Err(r.not_found())
}
pub(crate) fn receive(_: &mut World, _: &str, _: &str) -> Result<String, (u16, String)> {
    Err((501, "calls are not there yet".into()))
}
pub(crate) fn show(_: &mut World, _: &str) -> Result<Value, (u16, String)> {
    Err((501, "calls are not there yet".into()))
}
pub(crate) fn trace(_: &mut World, _: &str) -> Result<Value, (u16, String)> {
    Err((501, "calls are not there yet".into()))
}
pub(crate) fn act(_: &mut World, _: &str, _: Act) -> Result<(), (u16, String)> {
    Err((501, "calls are not there yet".into()))
}
