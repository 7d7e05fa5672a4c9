//! The client, its options, and the call that reaches every operation.

use std::{ffi::c_char, mem::MaybeUninit, time::Duration};

use ringback::{
    ClientBuilder, Error, Reconciliation, Result,
    batch::{Driven, Manner},
    blocking::Client,
    token::ClientValidation,
    typed::Timestamp,
};

use crate::{
    boundary::{Failure, free, free_with_network, given, place, run, run_with_network, text},
    error::ringback_error,
    pages::ringback_pages,
    params::ringback_params,
    response::ringback_response,
};

/// A client of Twilio's API for one account; threads may share it.
pub struct ringback_client {
    client: Client,
}

impl ringback_client {
    /// Makes a client where C wants it.
    pub(crate) fn make(place: &mut MaybeUninit<Box<Self>>, settings: ClientBuilder) -> Result<()> {
        place.write(Box::new(Self { client: Client::build(settings)? }));
        Ok(())
    }

    /// Starts a batch of calls.
    pub(crate) fn batch(&self, manner: Manner) -> Result<Driven> {
        self.client.batch(manner, None)
    }

    /// Calls an operation and puts its answer where C wants it.
    pub(crate) fn call(
        client: Option<&Self>,
        operation: &str,
        params: ringback::Params,
        response: Option<&mut MaybeUninit<Box<ringback_response>>>,
    ) -> Result<()> {
        let (client, response) = (given(client, "client")?, place(response, "response")?);
        response.write(Box::new(client.client.execute(operation, params)?.into()));
        Ok(())
    }

    /// Looks for a message whose send ended unknown.
    pub(crate) fn reconcile(
        client: Option<&Self>,
        params: ringback::Params,
        at: Timestamp,
        known: &[&str],
    ) -> Result<Reconciliation> {
        given(client, "client")?.client.reconcile(params, at, known)
    }
}

/// Settings of a client; what is not set comes from the environment.
#[derive(Default)]
pub struct ringback_client_options {
    builder: ClientBuilder,
}

impl ringback_client_options {
    pub(crate) fn change(
        options: Option<&mut Self>,
        change: impl FnOnce(ClientBuilder) -> Result<ClientBuilder>,
    ) -> Failure {
        run(|| {
            let options = given(options, "options")?;
            options.builder = change(options.builder.clone())?;
            Ok(())
        })
    }
}

/// Makes a client from TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and the other variables of the environment.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_new_from_env(
    client: Option<&mut MaybeUninit<Box<ringback_client>>>,
) -> Option<Box<ringback_error>> {
    run(|| ringback_client::make(place(client, "client")?, ClientBuilder::default()))
}

/// Makes a client of an account with its auth token; everything else comes from the environment.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_new(
    account_sid: *const c_char,
    auth_token: *const c_char,
    client: Option<&mut MaybeUninit<Box<ringback_client>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let settings = ClientBuilder::default()
            .account_sid(text(account_sid, "account_sid")?)
            .auth_token(text(auth_token, "auth_token")?);
        ringback_client::make(place(client, "client")?, settings)
    })
}

/// Makes a client with options, which stay the caller's; NULL stands for no options.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_new_with_options(
    options: Option<&ringback_client_options>,
    client: Option<&mut MaybeUninit<Box<ringback_client>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let settings = options.map(|options| options.builder.clone()).unwrap_or_default();
        ringback_client::make(place(client, "client")?, settings)
    })
}

/// Frees the client; lists that it gave keep what they need of it.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_free(client: Option<Box<ringback_client>>) {
    free_with_network(client);
}

/// Calls any operation, by a constant of ringback_operations.h or by its name, long or short.
///
/// Names of parameters are Twilio's (StatusCallback) or Python's (status_callback); NULL stands for no parameters.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_call(
    client: Option<&ringback_client>,
    operation: *const c_char,
    params: Option<&ringback_params>,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        ringback_client::call(client, text(operation, "operation")?, ringback_params::or_none(params), response)
    })
}

/// Starts to walk a list by the name of its operation; nothing is sent before ringback_pages_next.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_list(
    client: Option<&ringback_client>,
    operation: *const c_char,
    params: Option<&ringback_params>,
    pages: Option<&mut MaybeUninit<Box<ringback_pages>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (client, pages) = (given(client, "client")?, place(pages, "pages")?);
        let walk = client.client.pages(text(operation, "operation")?, ringback_params::or_none(params))?;
        pages.write(Box::new(walk.into()));
        Ok(())
    })
}

/// Makes options with nothing set.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_new() -> Box<ringback_client_options> {
    Box::default()
}

/// Sets the account, instead of TWILIO_ACCOUNT_SID.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_account_sid(
    options: Option<&mut ringback_client_options>,
    account_sid: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.account_sid(text(account_sid, "account_sid")?)))
}

/// Sets the account's token, instead of TWILIO_AUTH_TOKEN.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_auth_token(
    options: Option<&mut ringback_client_options>,
    auth_token: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.auth_token(text(auth_token, "auth_token")?)))
}

/// Sets an API key, which with its secret is used instead of the token.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_api_key(
    options: Option<&mut ringback_client_options>,
    api_key: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.api_key(text(api_key, "api_key")?)))
}

/// Sets the secret of the API key, instead of TWILIO_API_SECRET.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_api_secret(
    options: Option<&mut ringback_client_options>,
    api_secret: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.api_secret(text(api_secret, "api_secret")?)))
}

/// Sets an OAuth app, whose tokens are fetched and renewed and used instead of the account's token.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_client_id(
    options: Option<&mut ringback_client_options>,
    client_id: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.client_id(text(client_id, "client_id")?)))
}

/// Sets the secret of the OAuth app, instead of TWILIO_CLIENT_SECRET.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_client_secret(
    options: Option<&mut ringback_client_options>,
    client_secret: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.client_secret(text(client_secret, "client_secret")?)))
}

/// Sets where the account's data is, such as "ie1", instead of TWILIO_REGION.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_region(
    options: Option<&mut ringback_client_options>,
    region: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.region(text(region, "region")?)))
}

/// Sets where Twilio's network is entered, such as "dublin", instead of TWILIO_EDGE.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_edge(
    options: Option<&mut ringback_client_options>,
    edge: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.edge(text(edge, "edge")?)))
}

/// Sets an origin that gets every request, such as that of an emulator, instead of RINGBACK_BASE_URL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_base_url(
    options: Option<&mut ringback_client_options>,
    base_url: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.base_url(text(base_url, "base_url")?)))
}

/// Sets a PEM file of authorities that are believed besides the bundled ones and the system's.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_ca_file(
    options: Option<&mut ringback_client_options>,
    ca_file: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.ca_file(text(ca_file, "ca_file")?)))
}

/// Sets the proxy that every request goes through, an http or https URL, instead of HTTPS_PROXY.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_proxy(
    options: Option<&mut ringback_client_options>,
    proxy: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.proxy(text(proxy, "proxy")?)))
}

/// Sets the seconds that a call may take, repeats included; 30 unless set.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_timeout(
    options: Option<&mut ringback_client_options>,
    seconds: f64,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| {
        let timeout = Duration::try_from_secs_f64(seconds)
            .map_err(|_| Error::invalid_argument(format!("timeout cannot be {seconds} seconds")))?;
        Ok(builder.timeout(timeout))
    })
}

/// Sets how often a request is repeated where that is safe; twice unless set.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_max_retries(
    options: Option<&mut ringback_client_options>,
    retries: u32,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.max_retries(retries)))
}

/// Sets whether every message and call with a StatusCallback gets a random id in the query of that URL; off unless set.
///
/// ringback_error_get_correlation_id gives it, and ringback_form_get_correlation_id reads it out of a callback.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_correlate_callbacks(
    options: Option<&mut ringback_client_options>,
    correlate: bool,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| Ok(builder.correlate_callbacks(correlate)))
}

/// Signs every request with a private key, RSA in PEM, whose public half Twilio knows as the credential (CR).
///
/// The client signs in with the API key besides.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_client_validation(
    options: Option<&mut ringback_client_options>,
    account_sid: *const c_char,
    api_key_sid: *const c_char,
    credential_sid: *const c_char,
    private_key: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_client_options::change(options, |builder| {
        let validation = ClientValidation::new(
            text(account_sid, "account_sid")?,
            text(api_key_sid, "api_key_sid")?,
            text(credential_sid, "credential_sid")?,
            text(private_key, "private_key")?,
        )?;
        Ok(builder.client_validation(validation))
    })
}

/// Frees the options.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_free(options: Option<Box<ringback_client_options>>) {
    free(options);
}
