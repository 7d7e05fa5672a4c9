//! The native module of the Python package: what `import ringback` finds behind its names.
//!
//! Everything here converts: what a request means is decided by the core.

mod arguments;
mod batch;
mod bridge;
mod by_hand;
mod classes;
mod client;
mod custom;
mod domain;
#[cfg(feature = "emulator")]
mod emulator;
mod errors;
mod guard;
mod handle;
mod idempotency;
mod info;
mod method;
mod node;
mod observe;
mod once;
mod paging;
mod payload;
mod reconcile;
mod resource;
mod settings;
mod shape;
mod short_names;
mod streams;
mod text;
mod token;
mod twiml;
mod twiml_reading;
mod values;
mod webhook;

use pyo3::prelude::*;

/// The native module.
#[pymodule]
mod _ringback {
    #[pymodule_export]
    use super::batch::{AsyncResults, Results};
    #[pymodule_export]
    use super::client::{AsyncClient, Client};
    #[pymodule_export]
    use super::domain::{Domain, Version};
    #[cfg(feature = "emulator")]
    #[pymodule_export]
    use super::emulator::{NativeEmulator, run};
    #[pymodule_export]
    use super::errors::error_kinds;
    #[pymodule_export]
    use super::guard::{Admission, CheckedRequest, Refusal, WebhookGuard, encode_target, webhook_headers};
    #[pymodule_export]
    use super::idempotency::{Begun, MemoryStore, ReplayGuard, event_key, event_statements};
    #[pymodule_export]
    use super::method::Method;
    #[pymodule_export]
    use super::node::{class_of, modules, spell};
    #[pymodule_export]
    use super::observe::CallRecord;
    #[pymodule_export]
    use super::paging::{AsyncRecords, Page, Records};
    #[pymodule_export]
    use super::payload::{CallLadder, MessageLadder, call_step, message_step, read_cloud_events, read_payload};
    #[pymodule_export]
    use super::reconcile::correlation_id;
    #[pymodule_export]
    use super::resource::{InstanceContext, InstanceResource, ListResource};
    #[pymodule_export]
    use super::streams::{
        MediaSession, decode_mulaw, encode_mulaw, media_clear, media_mark, media_media, read_media, read_relay,
        relay_end, relay_language, relay_play, relay_send_digits, relay_text, validate_handshake,
    };
    #[pymodule_export]
    use super::text::{Address, CostEstimate, MessagePrice, MessagePrices, Segments, Unencodable, e164, smart_encode};
    #[pymodule_export]
    use super::token::{
        ClientValidation, access_token_check, access_token_claims, access_token_headers, access_token_jwt,
        capability_claims, grant_payload, scope_query, scope_text, task_router_claims, task_router_policies,
        token_decode, token_encode, token_registered, validation_claims, validation_headers,
    };
    #[pymodule_export]
    use super::twiml::{TwiML, twiml_class, twiml_classes};
    #[pymodule_export]
    use super::twiml_reading::{Comment, Element, Finding, check, parse};
    #[pymodule_export]
    use super::values::decode;
    #[pymodule_export]
    use super::webhook::{Explanation, Reason, RequestValidator, signature_algorithm, signature_algorithms};
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::once::watch_forks(module)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
