//! The one door: every call of Twilio's API goes through [`Client::execute`].

use std::{borrow::Cow, fmt, path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::time::Instant;
use tracing::Instrument;

use crate::{
    Error, ErrorKind, Outcome, Pages, Params, Progress, Records, Response, Result, api,
    correlation::{self, Mark},
    credentials::{Credentials, Given},
    endpoint::Endpoint,
    names,
    observe::{CallRecord, OnCall, Watch},
    operation::Operation,
    request::WireRequest,
    retry::{self, Budget},
    token::ClientValidation,
    transport::{self, Transport, Way},
    typed::{ListRequest, Request},
};

const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_RETRIES: u32 = 2;
const LARGEST_BODY: usize = 16 << 20;

/// A client of Twilio's API for one account; cheap to clone, and safe to share between threads.
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
    transport: Transport,
}

/// What a client was made with, and what all copies of it share.
struct Settings {
    credentials: Credentials,
    endpoint: Endpoint,
    timeout: Duration,
    max_retries: u32,
    largest_body: usize,
    user_agent: String,
    correlate_callbacks: bool,
    budget: Budget,
    on_call: Option<OnCall>,
}

impl Client {
    /// Makes a client from `TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN` and the other variables.
    ///
    /// # Errors
    /// `Configuration`, naming the setting and the variable that is missing.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// Makes a client of an account with its auth token; everything else comes from the environment.
    ///
    /// # Errors
    /// `Configuration`, naming the setting that cannot be used.
    pub fn new(account_sid: impl Into<String>, auth_token: impl Into<String>) -> Result<Self> {
        Self::builder().account_sid(account_sid).auth_token(auth_token).build()
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.settings.endpoint
    }

    /// The time that a call may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    pub(crate) fn user_agent(&self) -> &str {
        &self.settings.user_agent
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) fn max_retries(&self) -> u32 {
        self.settings.max_retries
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.settings.credentials
    }

    /// Starts with the settings of the environment, to change some of them.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The account that requests are made for.
    pub fn account_sid(&self) -> &str {
        self.settings.credentials.account_sid()
    }

    /// Calls an operation by its name, long (`verify.v2.services.create`) or short (`messages.create`).
    ///
    /// # Errors
    /// Every kind; the outcome says whether Twilio acted.
    pub async fn execute(&self, operation: impl IntoOperation, params: Params) -> Result<Response> {
        self.execute_watched(operation.into_operation()?, &params, &Progress::default()).await
    }

    /// Sends a typed request.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub async fn send<R: Request>(&self, request: R) -> Result<R::Output> {
        let operation = request.operation();
        let request = self.request(operation, &request.into_params())?;
        self.dispatch(&request, &Progress::default(), |response| R::decode(&response)).await
    }

    /// Walks a list, page by page as it is read.
    pub fn list<R: ListRequest>(&self, request: R) -> Records<R::Output> {
        let operation = request.operation();
        Records::new(Pages::new(self.clone(), operation, request.into_params()))
    }

    /// Walks a list by the name of its operation, record by record as JSON.
    ///
    /// # Errors
    /// `InvalidArgument` if the operation is not known or is no list.
    pub fn records(&self, operation: impl IntoOperation, params: Params) -> Result<Records<serde_json::Value>> {
        self.pages(operation, params).map(Records::new)
    }

    /// Walks a list by the name of its operation, page by page.
    ///
    /// # Errors
    /// `InvalidArgument` if the operation is not known or is no list.
    pub fn pages(&self, operation: impl IntoOperation, params: Params) -> Result<Pages> {
        let operation = operation.into_operation()?;
        if operation.records.is_none() {
            return Err(Error::invalid_argument(format!("{operation} is not a list")));
        }
        Ok(Pages::new(self.clone(), operation, params))
    }

    /// Calls an operation; `progress` tells the outcome to a caller that stops waiting.
    ///
    /// # Errors
    /// As [`Client::execute`].
    #[doc(hidden)]
    pub async fn execute_watched(
        &self,
        operation: &'static Operation,
        params: &Params,
        progress: &Progress,
    ) -> Result<Response> {
        let request = self.request(operation, params)?;
        let readable = |response: Response| response.document().map(drop).map(|()| response);
        self.dispatch(&request, progress, readable).await
    }

    /// The same, with the body left unread.
    ///
    /// # Errors
    /// As [`Client::execute`].
    #[doc(hidden)]
    pub async fn exchange(
        &self,
        operation: &'static Operation,
        params: &Params,
        progress: &Progress,
    ) -> Result<Response> {
        let request = self.request(operation, params)?;
        self.dispatch(&request, progress, Ok).await
    }

    /// The request of a call, its status callback correlated where that was set.
    fn request(&self, operation: &'static Operation, params: &Params) -> Result<WireRequest> {
        let (params, correlation_id) = match self.settings.correlate_callbacks {
            true => correlation::correlate(operation, params)?,
            false => (Cow::Borrowed(params), None),
        };
        let request = WireRequest::new(operation, &params, self.account_sid())?;
        Ok(WireRequest { correlation_id, ..request })
    }

    /// Makes a call: sends a request, again where that is safe, and reads its answer.
    pub(crate) async fn dispatch<T>(
        &self,
        request: &WireRequest,
        progress: &Progress,
        read: impl FnOnce(Response) -> Result<T>,
    ) -> Result<T> {
        let begun = Instant::now();
        let mark = Mark { begun_at: Timestamp::now(), correlation_id: request.correlation_id.clone() };
        progress.set_mark(mark.clone());
        let mut watch = Watch::new(self.settings.on_call.as_ref(), request, progress, begun);
        let span = watch.span();
        let sent = self.deliver(request, progress, begun + self.settings.timeout, &mut watch).instrument(span).await;
        let result = sent.map(|response| response.with_mark(mark.clone())).and_then(read).map_err(|error| {
            error.with_request(request.operation.method.as_str(), request.bare_path()).with_mark(Some(mark))
        });
        watch.finish(&result);
        result
    }

    /// Sends a request, and again where that is safe, before the deadline.
    async fn deliver(
        &self,
        request: &WireRequest,
        progress: &Progress,
        deadline: Instant,
        watch: &mut Watch<'_>,
    ) -> Result<Response> {
        let settings = &*self.settings;
        settings.budget.earn();
        let mut attempt = 0;
        let mut is_renewed = false;
        loop {
            let signature = settings.credentials.sign(self, deadline).await;
            let signature = signature.map_err(|error| error.with_outcome(progress.of_all_tries(Outcome::NotSent)))?;
            let span = watch.begin(&settings.endpoint);
            let sent = self.transport.exchange(request, &settings.endpoint, &signature, deadline, progress);
            let met = sent.instrument(span).await;
            watch.end(&met);
            let error = match met {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            // what an earlier try may have done is not undone by what this one proved
            let outcome = progress.of_all_tries(error.outcome());
            let error = error.with_outcome(outcome);
            // nothing was done for a token that was refused: once, another one is tried
            if !is_renewed && error.status() == Some(401) && signature.refuse(|| settings.budget.spend()) {
                is_renewed = true;
                progress.restart(outcome);
                continue;
            }
            attempt += 1;
            let repeatable = request.operation.repeatable;
            let Some(next) = self.next_try(attempt, settings.max_retries, repeatable, &error, deadline) else {
                return Err(error);
            };
            progress.restart(outcome);
            watch.repeat(next - Instant::now(), &error);
            tokio::time::sleep_until(next).await;
        }
    }

    /// When a request that met this error is tried again, if that is safe and there is time and budget for it.
    pub(crate) fn next_try(
        &self,
        attempt: u32,
        most: u32,
        is_repeatable: bool,
        error: &Error,
        deadline: Instant,
    ) -> Option<Instant> {
        if attempt > most || !retry::is_safe(is_repeatable, error) {
            return None;
        }
        let next = Instant::now() + retry::wait(attempt, error.retry_after());
        (next < deadline && self.settings.budget.spend()).then_some(next)
    }

    /// Says what is missing before a request without credentials is made of anything else.
    ///
    /// # Errors
    /// `Configuration`, naming the setting and its variable.
    #[doc(hidden)]
    pub fn check_credentials(&self) -> Result<()> {
        self.settings.credentials.check()
    }

    /// The same client with connections of its own, for a runtime or a process of its own.
    ///
    /// # Errors
    /// `Configuration` if the connections cannot be set up.
    #[doc(hidden)]
    pub fn with_own_connections(&self) -> Result<Self> {
        let Settings { endpoint, largest_body, .. } = &*self.settings;
        let transport = Transport::new(endpoint, self.transport.way(), *largest_body, self.user_agent())?;
        Ok(Self { settings: Arc::clone(&self.settings), transport })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("account_sid", &self.account_sid()).finish_non_exhaustive()
    }
}

/// What names an operation: its row, or its long or short name.
pub trait IntoOperation {
    /// The row.
    ///
    /// # Errors
    /// `InvalidArgument` with the nearest name if there is no such operation.
    fn into_operation(self) -> Result<&'static Operation>;
}

impl IntoOperation for &'static Operation {
    fn into_operation(self) -> Result<&'static Operation> {
        Ok(self)
    }
}

impl IntoOperation for &str {
    fn into_operation(self) -> Result<&'static Operation> {
        api::find(self).ok_or_else(|| {
            let known = api::all().flat_map(|row| [Some(row.name), row.short_name()]).flatten();
            let near = names::nearest(self, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Error::invalid_argument(format!("there is no operation {self:?}{near}"))
        })
    }
}

impl IntoOperation for &String {
    fn into_operation(self) -> Result<&'static Operation> {
        self.as_str().into_operation()
    }
}

/// The settings of a client; what is not set comes from the environment.
#[derive(Clone, Default)]
#[must_use]
pub struct ClientBuilder {
    given: Given,
    region: Option<String>,
    edge: Option<String>,
    base_url: Option<String>,
    ca_file: Option<PathBuf>,
    proxy: Option<String>,
    timeout: Option<Duration>,
    max_retries: Option<u32>,
    largest_body: Option<usize>,
    user_agent_extensions: Vec<String>,
    correlate_callbacks: bool,
    on_call: Option<OnCall>,
    may_lack_credentials: bool,
}

impl ClientBuilder {
    /// The account, instead of `TWILIO_ACCOUNT_SID`.
    pub fn account_sid(mut self, sid: impl Into<String>) -> Self {
        self.given.account_sid = Some(sid.into());
        self
    }

    /// The account's token, instead of `TWILIO_AUTH_TOKEN`.
    pub fn auth_token(mut self, token: impl Into<String>) -> Self {
        self.given.auth_token = Some(SecretString::from(token.into()));
        self
    }

    /// An API key of the account with its secret, instead of the token; or the main account of a sub-account, with its
    /// token for a secret.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.given.api_key = Some(key.into());
        self
    }

    /// The secret of the API key, instead of `TWILIO_API_SECRET`.
    pub fn api_secret(mut self, secret: impl Into<String>) -> Self {
        self.given.api_secret = Some(SecretString::from(secret.into()));
        self
    }

    /// An OAuth app and its secret, whose tokens sign in instead of the account's token; they are fetched and renewed
    /// by the client.
    pub fn client_credentials(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.client_id(client_id).client_secret(client_secret)
    }

    /// The OAuth app, instead of `TWILIO_CLIENT_ID`.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.given.client_id = Some(id.into());
        self
    }

    /// The secret of the OAuth app, instead of `TWILIO_CLIENT_SECRET`.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.given.client_secret = Some(SecretString::from(secret.into()));
        self
    }

    /// Signs every request with a private key whose public half Twilio knows, besides signing in with an API key.
    pub fn client_validation(mut self, validation: ClientValidation) -> Self {
        self.given.validation = Some(validation);
        self
    }

    /// Leaves client credentials aside, which an HTTP client of the caller's own cannot sign with.
    #[doc(hidden)]
    pub fn only_basic(mut self) -> Self {
        self.given.only_basic = true;
        self
    }

    /// Where the account's data is, such as `ie1`, instead of `TWILIO_REGION`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Where Twilio's network is entered, such as `dublin`, instead of `TWILIO_EDGE`.
    pub fn edge(mut self, edge: impl Into<String>) -> Self {
        self.edge = Some(edge.into());
        self
    }

    /// An origin that gets every request, with Twilio's host in the `Host` header, instead of `RINGBACK_BASE_URL`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// A PEM file of authorities that are believed besides the bundled ones and the system's.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// The proxy that every request goes through, instead of `HTTPS_PROXY`; an `http` or `https` URL.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// The time that a call may take, repeats included; 30 seconds unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often a request is repeated where that is safe; twice unless set.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// The largest body of an answer in bytes; 16 MiB unless set.
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.largest_body = Some(bytes);
        self
    }

    /// What the `User-Agent` header ends with, such as `shop/1.2`; nothing unless set.
    pub fn user_agent_extensions<T: Into<String>>(mut self, extensions: impl IntoIterator<Item = T>) -> Self {
        self.user_agent_extensions = extensions.into_iter().map(Into::into).collect();
        self
    }

    /// Whether every message and call that is made with a `StatusCallback` gets a random id in the query of that URL.
    ///
    /// An error of the send has it as [`Error::correlation_id`], and
    /// [`correlation_id`](crate::correlation_id) reads it out of the URL of a callback: one that carries both it and a sid
    /// proves that the send was carried out. Off unless set.
    pub fn correlate_callbacks(mut self, correlate: bool) -> Self {
        self.correlate_callbacks = correlate;
        self
    }

    /// Has a function told of every call when it is over: for metrics, and to log what was sent.
    ///
    /// It runs where the call does, so it should be quick, and it cannot make calls of a blocking client itself. What it
    /// panics with does not reach the call.
    pub fn on_call(mut self, tell: impl Fn(&CallRecord<'_>) + Send + Sync + 'static) -> Self {
        self.on_call = Some(OnCall::new(tell));
        self
    }

    /// Makes the client also without credentials, and leaves it to the first request to ask for them.
    #[doc(hidden)]
    pub fn may_lack_credentials(mut self) -> Self {
        self.may_lack_credentials = true;
        self.given.may_lack_account = true;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    /// `Configuration`, naming the setting and its variable.
    pub fn build(self) -> Result<Client> {
        // a variable that is set to nothing is how shells and containers unset one
        let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let endpoint = Endpoint::new(
            self.region.or_else(|| environment("TWILIO_REGION")).as_deref(),
            self.edge.or_else(|| environment("TWILIO_EDGE")).as_deref(),
            self.base_url.or_else(|| environment("RINGBACK_BASE_URL")).as_deref(),
        )?;
        let account_sid = self.given.account_sid.clone();
        let credentials = match self.given.settle(&environment) {
            Err(why) if self.may_lack_credentials => Credentials::missing(account_sid, &why),
            settled => settled?,
        };
        let timeout = self.timeout.unwrap_or(TIMEOUT);
        if timeout.is_zero() || timeout > Duration::from_secs(24 * 3600) {
            return Err(Error::new(ErrorKind::Configuration, "timeout must be more than 0 seconds and at most a day"));
        }
        let largest_body = self.largest_body.unwrap_or(LARGEST_BODY);
        let user_agent = transport::user_agent(&self.user_agent_extensions);
        let way = Way::new(&endpoint, self.ca_file.as_deref(), self.proxy.as_deref())?;
        Ok(Client {
            transport: Transport::new(&endpoint, Arc::new(way), largest_body, &user_agent)?,
            settings: Arc::new(Settings {
                credentials,
                endpoint,
                timeout,
                max_retries: self.max_retries.unwrap_or(MAX_RETRIES),
                largest_body,
                user_agent,
                correlate_callbacks: self.correlate_callbacks,
                budget: Budget::new(),
                on_call: self.on_call,
            }),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the given secrets stay out of it
        f.debug_struct("ClientBuilder").field("account_sid", &self.given.account_sid).finish_non_exhaustive()
    }
}
