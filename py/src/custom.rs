//! Calls through an HTTP client of the caller's own: Python's objects go in, and the core reads the answer.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use pyo3::{
    exceptions::PyRuntimeError,
    prelude::*,
    types::{PyBytes, PyCFunction, PyDict, PyMapping, PyString, PyTuple},
};
use ringback::{
    Error, ErrorKind, Outcome, Response,
    handover::Handover,
    operation::{Kind, Level, Operation, Parameter, Place as Where, Standard, Verb},
};

use crate::{
    arguments,
    handle::Handle,
    info::Info,
    method,
    once::intern,
    paging::{Ask, Page, Walk},
    resource::Place,
    settings::Settings,
    shape::{Action, Argument, Face, MethodShape},
};

/// An HTTP client of the caller's own, with what its requests need besides ours.
pub(crate) struct Custom {
    client: Py<PyAny>,
    /// What signs in instead of user and secret, if anything does.
    credential_provider: Option<Py<PyAny>>,
    /// The time-out that the caller gave, if any.
    timeout: Option<f64>,
}

/// A request as it is handed over.
struct Handed {
    operation: &'static Operation,
    /// The path of its URL, for errors.
    path: String,
    /// The path with the query that its URL holds.
    target: String,
    arguments: Py<PyTuple>,
    keywords: Py<PyDict>,
}

impl Handed {
    /// The path with the whole query, with which a page of the newer standard is asked for again.
    fn target(&self, py: Python<'_>) -> PyResult<String> {
        let params = self.keywords.bind(py).get_item(intern!(py, "params"))?.filter(|params| !params.is_none());
        match params {
            Some(params) if self.operation.resource.version.standard == Standard::V1 => {
                let doubled = PyDict::new(py);
                doubled.set_item("doseq", true)?;
                let encode = py.import("urllib.parse")?.getattr("urlencode")?;
                Ok(format!("{}?{}", self.target, encode.call((params,), Some(&doubled))?))
            }
            _ => Ok(self.target.clone()),
        }
    }
}

/// What becomes of an answer.
type Finish = Box<dyn FnOnce(Python<'_>, Response, Info) -> PyResult<Py<PyAny>> + Send>;

/// What was given for the arguments of a method.
type Given<'a, 'py> = [(&'a Argument, Bound<'py, PyAny>)];

impl Custom {
    /// Takes the client that the settings hold, if there is one.
    pub(crate) fn of(settings: &Settings<'_>) -> PyResult<Option<Self>> {
        let provider = settings.find("credential_provider").map(|provider| provider.clone().unbind());
        let timeout = settings.find("timeout").map(|timeout| timeout.extract()).transpose()?;
        match settings.find("http_client") {
            Some(client) => Ok(Some(Self { client: client.clone().unbind(), credential_provider: provider, timeout })),
            None if provider.is_none() => Ok(None),
            None => Err(PyRuntimeError::new_err(
                "a credential_provider needs an http_client; client_id and client_secret do without one",
            )),
        }
    }

    /// The request of an operation: every argument in its place, written as such clients know it.
    fn request(
        &self,
        py: Python<'_>,
        place: &Place,
        operation: &'static Operation,
        given: &Given<'_, '_>,
        paging: &[(&str, Bound<'_, PyAny>)],
    ) -> PyResult<Handed> {
        let (query, form, headers) = (PyDict::new(py), PyDict::new(py), PyDict::new(py));
        let mut body = None;
        for (argument, value) in given {
            let Some((row, wire)) = &argument.parameter else { continue };
            if value.is(arguments::unset(py)?) {
                continue;
            }
            if row.place == Where::Query || (row.place == Where::Header && operation.verb == Verb::List) {
                put(&query, row, wire, value)?;
            }
            match row.place {
                Where::Query => {}
                Where::Form => put(&form, row, wire, value)?,
                // an empty one is left out where one instance is meant
                Where::Header if operation.level == Level::Instance && is_empty(value) => {}
                Where::Header => headers.set_item(wire.as_ref(), value)?,
                Where::Body => body = Some(plain(value)?),
            }
        }
        for (name, value) in paging {
            query.set_item(name, value)?;
        }
        for (name, value) in place.handle.settings.hand_over_headers(operation) {
            headers.set_item(name, value)?;
        }
        let has = |places: &[Where]| operation.parameters.iter().any(|row| places.contains(&row.place));
        let writes_instance = operation.verb == Verb::Create && operation.level == Level::Instance;
        let has_data = operation.verb == Verb::Update || writes_instance || has(&[Where::Form, Where::Body]);
        let data = body.or_else(|| has_data.then(|| form.into_any()));
        let params = (operation.verb == Verb::List || has(&[Where::Query])).then_some(query);
        let handed = place.handle.settings.hand_over(operation, &place.params(operation));
        let handed = handed.map_err(|error| place.handle.errors.raised(py, &error, Some(operation)))?;
        self.handed(py, operation, handed, params, data, headers)
    }

    /// The request of a page that an answer named.
    fn request_of_page(&self, py: Python<'_>, ask: &Ask, url: &str) -> PyResult<Handed> {
        let handle = &ask.place.handle;
        let headers = PyDict::new(py);
        for (name, value) in handle.settings.hand_over_page_headers() {
            headers.set_item(name, value)?;
        }
        let handed = handle.settings.hand_over_page(ask.operation, url);
        let handed = handed.map_err(|error| handle.errors.raised(py, &error, Some(ask.operation)))?;
        self.handed(py, ask.operation, handed, None, None, headers)
    }

    fn handed(
        &self,
        py: Python<'_>,
        operation: &'static Operation,
        handed: Handover,
        params: Option<Bound<'_, PyDict>>,
        data: Option<Bound<'_, PyAny>>,
        headers: Bound<'_, PyDict>,
    ) -> PyResult<Handed> {
        let Handover { url, path, target, host, sign_in } = handed;
        if let Some(host) = host {
            headers.set_item("Host", host)?;
        }
        let auth = match &self.credential_provider {
            None => sign_in,
            Some(provider) => {
                let strategy = provider.bind(py).call_method0(intern!(py, "to_auth_strategy"))?;
                headers.set_item("Authorization", strategy.call_method0(intern!(py, "get_auth_string"))?)?;
                None
            }
        };
        let data = data.map(|data| helper(py, "without_none")?.call1((data,))).transpose()?;
        let keywords = PyDict::new(py);
        keywords.set_item("params", params)?;
        keywords.set_item("data", data)?;
        keywords.set_item("headers", headers)?;
        keywords.set_item("auth", auth)?;
        keywords.set_item("timeout", self.timeout)?;
        keywords.set_item("allow_redirects", false)?;
        let arguments = PyTuple::new(py, [operation.method.as_str(), &url])?;
        Ok(Handed { operation, path, target, arguments: arguments.unbind(), keywords: keywords.unbind() })
    }

    /// Has a request sent, once: what such a client repeats is its own affair.
    fn send(
        &self,
        py: Python<'_>,
        handle: &Arc<Handle>,
        handed: Handed,
        way: Face,
        finish: Finish,
    ) -> PyResult<Py<PyAny>> {
        let client = self.client.bind(py);
        if way == Face::Sync {
            if self.is_async(py)? {
                return Err(PyRuntimeError::new_err(
                    "this http_client is asynchronous: await the methods whose names end in _async",
                ));
            }
            let keywords = handed.keywords.bind(py);
            let begun = Instant::now();
            let answer = client.call_method(intern!(py, "request"), handed.arguments.bind(py), Some(keywords))?;
            let (response, info) = received(handle, &handed, &answer, begun.elapsed())?;
            return finish(py, response, info);
        }
        let (arguments, keywords) = (handed.arguments.clone_ref(py), handed.keywords.clone_ref(py));
        let handle = Arc::clone(handle);
        let finish = once(py, move |given| {
            let (answer, seconds): (Bound<'_, PyAny>, f64) = given.extract()?;
            let took = Duration::try_from_secs_f64(seconds).unwrap_or_default();
            let (response, info) = received(&handle, &handed, &answer, took)?;
            finish(answer.py(), response, info)
        })?;
        Ok(helper(py, "awaited")?.call1((client, arguments, keywords, finish))?.unbind())
    }

    fn is_async(&self, py: Python<'_>) -> PyResult<bool> {
        match self.client.bind(py).getattr_opt(intern!(py, "is_async"))? {
            Some(is_async) => is_async.is_truthy(),
            None => Ok(false),
        }
    }

    /// Has a page fetched; `finish` gets it with the status and headers of its answer.
    fn send_for_page(
        &self,
        py: Python<'_>,
        ask: Ask,
        handed: Handed,
        finish: impl FnOnce(Python<'_>, Py<PyAny>, Info) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> PyResult<Py<PyAny>> {
        let (handle, way) = (ask.place.handle.clone(), ask.way);
        let target = handed.target(py)?;
        let read = move |py: Python<'_>, response: Response, info: Info| {
            let page = ringback::Page::received(ask.operation, target, response);
            let page = page.map_err(|error| ask.place.handle.errors.raised(py, &error, Some(ask.operation)))?;
            let page = Page::make(py, &Ask { with_info: false, ..ask.clone() }, Some(page))?;
            finish(py, page, info)
        };
        self.send(py, &handle, handed, way, Box::new(read))
    }
}

/// Calls a method of a resource whose client has an HTTP client of the caller's own.
pub(crate) fn invoke(
    py: Python<'_>,
    custom: &Custom,
    place: Place,
    shape: MethodShape,
    way: Face,
    given: &Given<'_, '_>,
) -> PyResult<Py<PyAny>> {
    let MethodShape { action, operation, form } = shape;
    let with_info = form.with_info;
    if action == Action::Call {
        let handed = custom.request(py, &place, operation, given, &[])?;
        let finish = method::finish(&place, operation);
        let finish = move |py: Python<'_>, response: Response, info: Info| {
            Info::perhaps_around(with_info.then_some(info), py, finish(py, response)?)
        };
        return custom.send(py, &place.handle, handed, way, Box::new(finish));
    }
    let mut walk = Walk::default();
    let mut paging = Vec::new();
    for (argument, value) in given.iter().filter(|(argument, _)| argument.parameter.is_none()) {
        walk.set(&argument.name, value)?;
        let wire = match argument.name.as_str() {
            "page_token" => "PageToken",
            "page_number" => "Page",
            "page_size" if action == Action::Page => "PageSize",
            _ => continue,
        };
        if value.is(arguments::unset(py)?) {
            continue;
        }
        let too_large = wire == "PageSize" && walk.size().is_some_and(|size| size > ringback::Page::LARGEST);
        let largest = ringback::Page::LARGEST.into_pyobject(py)?.into_any();
        paging.push((wire, if too_large { largest } else { value.clone() }));
    }
    let ask = Ask { place, operation, way, with_info };
    if action == Action::GetPage {
        return page(py, custom, ask, walk.target_url().unwrap_or_default());
    }
    let size = walk.size().filter(|_| action != Action::Page);
    if let (Some(size), Some(name)) = (size, ringback::Page::size_name(operation)) {
        paging.push((name, size.min(ringback::Page::LARGEST).into_pyobject(py)?.into_any()));
    }
    let handed = custom.request(py, &ask.place, operation, given, &paging)?;
    match action {
        Action::List => list(py, custom, ask, handed, walk.limit()),
        Action::Stream => stream(py, custom, ask, handed, walk.limit(), form.is_async || with_info),
        _ => custom.send_for_page(py, ask, handed, move |py, page, info| {
            Info::perhaps_around(with_info.then_some(info), py, page)
        }),
    }
}

/// Fetches a page by the address that an answer gave.
pub(crate) fn page(py: Python<'_>, custom: &Custom, ask: Ask, url: &str) -> PyResult<Py<PyAny>> {
    let handed = custom.request_of_page(py, &ask, url)?;
    custom.send_for_page(py, ask, handed, |_, page, _| Ok(page))
}

fn list(py: Python<'_>, custom: &Custom, ask: Ask, handed: Handed, limit: Option<usize>) -> PyResult<Py<PyAny>> {
    let (with_info, way) = (ask.with_info, ask.way);
    if way == Face::Sync {
        return custom.send_for_page(py, ask, handed, move |py, page, info| {
            let records =
                py.get_type::<pyo3::types::PyList>().call1((helper(py, "records")?.call1((page, limit))?,))?;
            Info::perhaps_around(with_info.then_some(info), py, records.unbind())
        });
    }
    let seen = Arc::new(Mutex::new(None));
    let first = Arc::clone(&seen);
    let page = custom.send_for_page(py, ask, handed, move |_, page, info| {
        *first.lock().unwrap_or_else(PoisonError::into_inner) = Some(info);
        Ok(page)
    })?;
    let finish = once(py, move |records| {
        let info = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        Info::perhaps_around(info.filter(|_| with_info), records.py(), records.clone().unbind())
    })?;
    Ok(helper(py, "whole")?.call1((page, limit, finish))?.unbind())
}

/// Walks a list record by record; a walk that is started has its first page before the caller gets it.
fn stream(
    py: Python<'_>,
    custom: &Custom,
    ask: Ask,
    handed: Handed,
    limit: Option<usize>,
    is_started: bool,
) -> PyResult<Py<PyAny>> {
    let (with_info, way) = (ask.with_info, ask.way);
    if way == Face::Async && !is_started {
        let page = custom.send_for_page(py, ask, handed, |_, page, _| Ok(page))?;
        return Ok(helper(py, "records_async")?.call1((page, limit))?.unbind());
    }
    custom.send_for_page(py, ask, handed, move |py, page, info| {
        let walk = if way == Face::Sync { "records" } else { "records_async" };
        let records = helper(py, walk)?.call1((page, limit))?.unbind();
        if with_info { info.beside(py, records) } else { Ok(records) }
    })
}

/// Writes a parameter into the query or the form.
fn put(target: &Bound<'_, PyDict>, row: &Parameter, wire: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = value.py();
    let write = match row.kind {
        Kind::PrefixedMap(prefix) => {
            let leaves = helper(py, "collapsed")?.call1((value, prefix.as_str()))?;
            return target.update(leaves.cast::<PyMapping>()?);
        }
        Kind::Json | Kind::Model(_) => "text_of_json",
        // the elements of other lists stay as they are
        _ if row.list => return target.set_item(wire, value),
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::DateTime | Kind::Rfc2822 => "date_time",
        _ => return target.set_item(wire, value),
    };
    let write = helper(py, write)?;
    let written = if row.list { helper(py, "each")?.call1((value, write))? } else { write.call1((value,))? };
    target.set_item(wire, written)
}

fn is_empty(value: &Bound<'_, PyAny>) -> bool {
    value.cast::<PyString>().is_ok_and(|text| text.len().is_ok_and(|length| length == 0))
}

/// A JSON body as what JSON is made of.
fn plain<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let to_dict = intern!(value.py(), "to_dict");
    if value.hasattr(to_dict)? { value.call_method0(to_dict) } else { Ok(value.clone()) }
}

/// Reads what the client gave after so long: `status_code`, `text` or `content`, and `headers`.
fn received(handle: &Handle, handed: &Handed, answer: &Bound<'_, PyAny>, took: Duration) -> PyResult<(Response, Info)> {
    let py = answer.py();
    let status: u16 = answer.getattr(intern!(py, "status_code"))?.extract()?;
    let text = match answer.getattr_opt(intern!(py, "text"))? {
        Some(text) if !text.is_none() => text,
        _ => answer.getattr(intern!(py, "content"))?,
    };
    let body = if let Ok(text) = text.cast::<PyString>() {
        text.to_cow()?.as_bytes().to_vec()
    } else if let Ok(bytes) = text.cast::<PyBytes>() {
        bytes.as_bytes().to_vec()
    } else {
        let error = Error::new(ErrorKind::Decode, "the http_client gave an answer without a text or bytes");
        return Err(handle.errors.raised(py, &error.with_outcome(Outcome::Unknown), Some(handed.operation)));
    };
    let headers = PyDict::new(py);
    let given = answer.getattr_opt(intern!(py, "headers"))?;
    if let Some(Ok(given)) = given.as_ref().map(|given| given.cast::<PyMapping>()) {
        headers.update(given)?;
    }
    let mut pairs = Vec::with_capacity(headers.len());
    for (name, value) in &headers {
        pairs.push((name.str()?.to_string(), value.str()?.to_string()));
    }
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let met = Response::received(handed.operation, &handed.path, status, pairs, body);
    handle.observer.tell_of_other_client(py, handed.operation, &handed.path, took, &met);
    let response = met.map_err(|error| handle.errors.raised(py, &error, Some(handed.operation)))?;
    Ok((response, Info::given(status, headers.unbind())))
}

/// What a request to an address of Twilio's needs: the address for this client, headers, and user and secret.
pub(crate) fn hand_over_url<'py>(py: Python<'py>, handle: &Handle, url: &str) -> PyResult<Bound<'py, PyTuple>> {
    let handed = handle.settings.hand_over_url(url).map_err(|error| handle.errors.raised(py, &error, None))?;
    let headers = PyDict::new(py);
    for (name, value) in handle.settings.hand_over_page_headers() {
        headers.set_item(name, value)?;
    }
    if let Some(host) = handed.host {
        headers.set_item("Host", host)?;
    }
    (handed.url, headers, handed.sign_in).into_pyobject(py)
}

/// A function for Python that is called once.
fn once<'py>(
    py: Python<'py>,
    work: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<Py<PyAny>> + Send + 'static,
) -> PyResult<Bound<'py, PyCFunction>> {
    let work = Mutex::new(Some(work));
    PyCFunction::new_closure(py, None, None, move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        let work = work.lock().unwrap_or_else(PoisonError::into_inner).take();
        let work = work.ok_or_else(|| PyRuntimeError::new_err("an answer was given twice"))?;
        work(&arguments.get_item(0)?)
    })
}

/// A function of the Python side.
fn helper<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("ringback._handover")?.getattr(name)
}
