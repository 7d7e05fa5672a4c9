//! Who answers for a row: a module where behaviour matters, the generic one for all others.

use crate::{
    accounts, answer::Outcome, calls, generic, messages, numbers, oauth, request::Request, verify, world::World,
};

/// Answers a request.
pub(crate) type Handler = fn(&mut World, &Request) -> Outcome;

/// The handler of an operation.
pub(crate) fn of(operation: &str) -> Handler {
    let Some(short) = operation.strip_prefix("api.v2010.accounts.") else {
        return match operation {
            "verify.v2.services.create" => verify::create_service,
            "verify.v2.services.update" => verify::update_service,
            "verify.v2.services.verifications.create" => verify::create,
            "verify.v2.services.verifications.fetch" => verify::fetch,
            "verify.v2.services.verifications.update" => verify::update,
            "verify.v2.services.verification_checks.create" => verify::check,
            "oauth.v1.token.create"
            | "oauth.v2.token.create"
            | "iam.v1.token.create"
            | "preview_iam.v1.token.create" => oauth::create,
            _ => generic::handle,
        };
    };
    match short {
        "create" => accounts::create,
        "fetch" => accounts::fetch,
        "list" => accounts::list,
        "update" => accounts::update,
        "balance.fetch" => accounts::balance,
        "new_keys.create" | "new_signing_keys.create" => accounts::create_key,
        "messages.create" => messages::create,
        "messages.fetch" => messages::fetch,
        "messages.list" => messages::list,
        "messages.update" => messages::update,
        "messages.delete" => messages::delete,
        "messages.feedback.create" => messages::feedback,
        "messages.media.list" => messages::list_media,
        "messages.media.fetch" => messages::fetch_media,
        "messages.media.delete" => messages::delete_media,
        "calls.create" => calls::create,
        "calls.fetch" => calls::fetch,
        "calls.list" => calls::list,
        "calls.update" => calls::update,
        "calls.delete" => calls::delete,
        "incoming_phone_numbers.create"
        | "incoming_phone_numbers.local.create"
        | "incoming_phone_numbers.mobile.create"
        | "incoming_phone_numbers.toll_free.create" => numbers::create,
        "incoming_phone_numbers.local.list"
        | "incoming_phone_numbers.mobile.list"
        | "incoming_phone_numbers.toll_free.list" => numbers::list_of_kind,
        "incoming_phone_numbers.list" => numbers::list,
        "incoming_phone_numbers.update" => numbers::update,
        "incoming_phone_numbers.delete" => numbers::delete,
        short
            if short.starts_with("available_phone_numbers.")
                && short.ends_with(".list")
                && short.matches('.').count() == 2 =>
        {
            numbers::available
        }
        _ => generic::handle,
    }
}
