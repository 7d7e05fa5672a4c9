//! The whole table against one emulator: every operation is called, and every resource lives from its making to its end.

use std::{
    collections::{BTreeSet, HashMap},
    io::Write,
};

use ringback::{
    Params, Response, Value, api,
    blocking::Client,
    names,
    operation::{Kind, Operation, Place, Resource, Segment, Verb, segments},
    params,
};
use ringback_emulator::Emulator;
use serde_json::json;

use crate::{
    application::start,
    samples::{self, template},
};

/// A walk over the table.
struct Walk {
    emulator: Emulator,
    client: Client,
    /// The id of a record of each list that was made on the way, by product and path.
    ids: HashMap<(&'static str, String), String>,
    serial: usize,
}

impl Walk {
    fn start() -> Self {
        let (emulator, client) = start();
        Self { emulator, client, ids: HashMap::new(), serial: 0 }
    }

    fn serial(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    /// What an operation needs, with parents that are there; `own` stands for the id at the end of its path.
    fn params(&mut self, operation: &'static Operation, own: Option<&str>) -> Params {
        let serial = self.serial();
        let mut params = Params::new();
        let mut list = String::new();
        let count = operation.path_parameters().count();
        let mut index = 0;
        for segment in segments(operation.path) {
            match segment {
                Segment::Text(text) => list.push_str(text),
                Segment::Parameter(name) => {
                    index += 1;
                    let is_account = name == "AccountSid" && operation.product() == "api";
                    if !is_account {
                        let id = match own.filter(|_| index == count && has_id(operation)) {
                            Some(own) => own.to_owned(),
                            None => self.id(operation.product(), list.trim_end_matches('/'), name),
                        };
                        params.set(format!("{{{name}}}"), id);
                    }
                    list.push_str("{}");
                }
            }
        }
        for (name, value) in samples::required(operation, serial) {
            params.set(name, value);
        }
        if operation.name == "verify.v2.services.verification_checks.create" {
            // a check needs a code that was sent
            let list = "/v2/Services/{}/Verifications";
            params.set("VerificationSid", self.id(operation.product(), list, "Sid"));
        }
        params
    }

    /// The id of a record of a list, made if need be.
    fn id(&mut self, product: &'static str, list: &str, name: &str) -> String {
        if let Some(known) = self.ids.get(&(product, list.to_owned())) {
            return known.clone();
        }
        let rows = || api::all().filter(|row| row.product() == product);
        let create = rows().find(|row| row.verb == Verb::Create && template(row.path) == list);
        let instance = format!("{list}/{{}}");
        let attach = rows().find(|row| row.verb == Verb::Create && template(row.path) == instance);
        let resource = rows()
            .map(|row| row.resource)
            .find(|resource| resource.instance_path.is_some_and(|path| template(path) == instance));
        let id = match (create, attach, resource) {
            (Some(create), ..) => self.create(create),
            (None, Some(attach), _) => self.create_as(attach, "own"),
            (None, None, Some(resource)) => self.seed(resource),
            (None, None, None) => "XX00000000000000000000000000000001".to_owned(),
        };
        // what is one of a kind has no id
        let id = if id.is_empty() { name.to_owned() } else { id };
        self.ids.insert((product, list.to_owned()), id.clone());
        id
    }

    /// Makes a record by its row, and gives its id.
    fn create(&mut self, operation: &'static Operation) -> String {
        let params = self.params(operation, None);
        let answer = self.call(operation, params);
        let path = template(operation.path);
        let id = id_of(operation.product(), &path, answer.json().unwrap());
        if !id.is_empty() {
            return id;
        }
        // what makes it may not tell its sid; the newest is the first of the list
        let is_list = |row: &&Operation| {
            row.verb == Verb::List && row.product() == operation.product() && template(row.path) == path
        };
        let records = api::all().find(is_list).map(|list| self.list(list)).unwrap_or_default();
        records.first().map(|record| id_of(operation.product(), &path, record)).unwrap_or_default()
    }

    /// Makes a record by a row whose path says its id.
    fn create_as(&mut self, operation: &'static Operation, id: &str) -> String {
        let params = self.params(operation, Some(id));
        self.call(operation, params);
        id.to_owned()
    }

    /// Puts a record that no row makes where it is read, and gives its id.
    fn seed(&mut self, resource: &'static Resource) -> String {
        let path = resource.instance_path.unwrap();
        let row = resource.version.operations.iter().find(|row| template(row.path) == template(path)).unwrap();
        let id = format!("XX{:032x}", self.serial());
        let params = self.params(row, Some(&id));
        let mut values = serde_json::Map::new();
        for (name, value) in params.iter().filter(|(name, _)| name.starts_with('{')) {
            if let Value::Text(text) = value {
                values.insert(name.trim_matches(['{', '}']).to_owned(), text.as_str().into());
            }
        }
        let body = json!({ "resource": resource.name, "path": values });
        let (status, record) = self.emulator.control("POST", "/_emulator/records", Some(body)).unwrap();
        assert_eq!(status, 200, "{}: {record}", resource.name);
        id
    }

    /// Calls an operation, which must answer as its row says.
    fn call(&self, operation: &'static Operation, params: Params) -> Response {
        let answer = self.client.execute(operation, params).unwrap_or_else(|error| panic!("{operation}: {error}"));
        assert_eq!(answer.status(), operation.status, "{operation}");
        match operation.status {
            204 => assert!(answer.body().is_empty(), "{operation}"),
            _ => assert!(answer.json().unwrap().is_object(), "{operation}"),
        }
        if operation.records.is_none() && operation.status != 204 {
            check(operation.resource, answer.json().unwrap());
        }
        answer
    }

    /// The records of a list, found by walking pages of one.
    fn list(&mut self, operation: &'static Operation) -> Vec<serde_json::Value> {
        let params = self.params(operation, None);
        self.call(operation, params.clone());
        let pages = self.client.pages(operation, params).unwrap().page_size(1);
        pages
            .flat_map(|page| page.unwrap().into_records())
            .inspect(|record| check(operation.resource, record))
            .collect()
    }

    /// The operations that were answered with the status of their row, as the emulator's log has them; a request that is
    /// an operation under two names counts for both.
    fn answered(&self) -> BTreeSet<&'static str> {
        let mut since = 0;
        let mut requests = BTreeSet::new();
        loop {
            let (_, log) = self.emulator.control("GET", &format!("/_emulator/events?since={since}"), None).unwrap();
            let events = log["events"].as_array().unwrap();
            let Some(last) = events.last() else { break };
            since = last["id"].as_u64().unwrap();
            for event in events {
                let Some(name) = event["operation"].as_str() else { continue };
                let row = api::find(name).unwrap();
                if event["status"] == row.status {
                    requests.insert((row.product(), row.method.as_str(), template(row.path)));
                }
            }
        }
        let rows = api::all();
        let answered = rows.filter(|row| requests.contains(&(row.product(), row.method.as_str(), template(row.path))));
        answered.map(|row| row.name).collect()
    }
}

/// Whether a path ends in an id.
fn has_id(operation: &Operation) -> bool {
    template(operation.path).ends_with("{}")
}

/// Every property is there, and of its kind.
fn check(resource: &Resource, record: &serde_json::Value) {
    for property in resource.properties {
        let value = record.get(&*property.key);
        let value = value.unwrap_or_else(|| panic!("{} has no {}: {record}", resource.name, property.key));
        assert!(samples::is_of_kind(property.kind, property.list, value), "{}: {property:?}: {value}", resource.name);
    }
}

/// The id of a record: what the path of its instance calls it, else its sid.
fn id_of(product: &str, list: &str, record: &serde_json::Value) -> String {
    let instance = format!("{list}/{{}}");
    let row = api::all().find(|row| row.product() == product && template(row.path) == instance);
    let name = row.and_then(|row| row.path_parameters().last()).unwrap_or("sid");
    let by_class = row.map(|row| format!("{}Id", row.resource.class)).unwrap_or_default();
    let held = |name: &str| {
        let mut fields = record.as_object().unwrap().iter();
        fields.find(|(key, value)| names::snake(key) == names::snake(name) && !value.is_null()).map(|(_, value)| value)
    };
    let by_name = if name.ends_with("Name") { "displayName" } else { "sid" };
    let found = [name, by_name, "sid", "id", &by_class].into_iter().find_map(held);
    found.map_or_else(String::new, |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Prints what a test found, also when it passes: the figures are a part of the proof.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[test]
fn every_operation_is_answered_and_every_resource_lives() {
    let mut walk = Walk::start();
    let mut lives = [0; 2];
    let mut resources: Vec<&'static Resource> =
        api::versions().iter().flat_map(|page| page.resources).copied().collect();
    // parents first
    resources.sort_by_key(|resource| resource.instance_path.map_or(0, |path| path.matches('{').count()));
    for resource in resources {
        let row = |verb: Verb| {
            let mut rows = resource.version.operations.iter();
            rows.find(|row| std::ptr::eq(row.resource, resource) && row.verb == verb)
        };
        if let Some(fetch) = row(Verb::Fetch).filter(|fetch| has_id(fetch)) {
            let is_made = live(&mut walk, resource, fetch, &row);
            lives[usize::from(is_made)] += 1;
        }
    }
    let answered = walk.answered();
    let mut rest: Vec<_> = api::all().filter(|row| !answered.contains(row.name)).collect();
    rest.sort_by_key(|row| (row.verb == Verb::Delete, row.verb != Verb::Create));
    for operation in rest {
        let params = walk.params(operation, None);
        walk.call(operation, params);
    }
    let answered = walk.answered();
    let all = api::all().count();
    let [placed, made] = lives;
    let reached = answered.len();
    say(&format!(
        "{reached} of {all} operations answered; {made} resources lived by their rows, {placed} from a record put there"
    ));
    let missing: Vec<_> = api::all().map(|row| row.name).filter(|name| !answered.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let readable = api::all().filter(|row| row.verb == Verb::Fetch && has_id(row)).count();
    assert_eq!(placed + made, readable);
}

/// Makes, reads, lists, changes and removes records of a resource, as far as there are rows for it; says whether a row
/// makes them.
fn live(
    walk: &mut Walk,
    resource: &'static Resource,
    fetch: &'static Operation,
    row: &dyn Fn(Verb) -> Option<&'static Operation>,
) -> bool {
    let list_path = template(fetch.path).strip_suffix("/{}").unwrap().to_owned();
    let maker = api::all().find(|row| {
        let path = template(row.path);
        row.verb == Verb::Create
            && row.product() == fetch.product()
            && (path == list_path || path == template(fetch.path))
    });
    let mut ids: Vec<String> = match (maker, row(Verb::List)) {
        // what another record brings with it, such as the media of a message
        (None, Some(list)) => walk.list(list).iter().map(|record| id_of(fetch.product(), &list_path, record)).collect(),
        _ => Vec::new(),
    };
    while ids.len() < 2 {
        ids.push(match maker {
            Some(maker) if template(maker.path) != list_path => walk.create_as(maker, &format!("own{}", ids.len())),
            Some(maker) => walk.create(maker),
            None => walk.seed(resource),
        });
    }
    let [first, second] = [ids[0].as_str(), ids[1].as_str()];
    assert_ne!(first, second, "{}", resource.name);
    let read = |walk: &mut Walk| {
        let params = walk.params(fetch, Some(first));
        walk.call(fetch, params)
    };
    let name = fetch.path_parameters().last().unwrap();
    let record = read(walk);
    if let Some(own) = record.json().unwrap().get(names::snake(name)).filter(|own| !own.is_null()) {
        assert_eq!(own.as_str().map_or_else(|| own.to_string(), str::to_owned), first, "{}", resource.name);
    }
    if let Some(list) = row(Verb::List) {
        let found: Vec<String> =
            walk.list(list).iter().map(|record| id_of(fetch.product(), &list_path, record)).collect();
        assert!(ids.iter().all(|id| found.contains(id)), "{list}: {ids:?} not in {found:?}");
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "{list}");
    }
    if let Some(update) = row(Verb::Update) {
        let mut params = walk.params(update, Some(first));
        let changed = update.parameters.iter().find_map(|row| {
            let key = names::snake(&row.name);
            let is_text = row.kind == Kind::Text && row.place == Place::Form && !row.list;
            let held = resource.properties.iter().find(|property| property.key == key && property.kind == Kind::Text);
            held.filter(|_| is_text).map(|_| (row.name, key))
        });
        let text = if update.name == "api.v2010.accounts.messages.update" { "" } else { "changed" };
        if let Some((name, _)) = changed {
            params.set(name, text);
        }
        walk.call(update, params);
        if let Some((_, key)) = changed {
            assert_eq!(read(walk)[key.as_str()], text, "{update}");
        }
    }
    if let Some(delete) = row(Verb::Delete) {
        // what is going on cannot be removed
        match delete.name {
            "api.v2010.accounts.calls.delete" => {
                walk.client
                    .execute("calls.update", params! { "Sid" => first, "Status" => "canceled" })
                    .map(drop)
                    .unwrap();
            }
            "api.v2010.accounts.messages.delete" => walk.emulator.advance(60.0).unwrap(),
            _ => {}
        }
        let params = walk.params(delete, Some(first));
        walk.call(delete, params);
        let params = walk.params(fetch, Some(first));
        let error = walk.client.execute(fetch, params).unwrap_err();
        assert_eq!((error.status(), error.code()), (Some(404), Some(20404)), "{}", resource.name);
    }
    walk.ids.insert((fetch.product(), list_path), second.to_owned());
    maker.is_some()
}

#[test]
fn what_is_missing_or_of_another_type_is_refused_by_name() {
    let mut walk = Walk::start();
    let mut missing = 0;
    let mut wrong = 0;
    for operation in api::all() {
        let own = has_id(operation).then(|| made_id(&mut walk, operation)).flatten();
        for row in operation.parameters.iter().filter(|row| row.numbered.is_none()) {
            let refused = |walk: &mut Walk, value: Value, name: &str| {
                let mut params = walk.params(operation, own.as_deref());
                params.set(row.name, value);
                let error = walk.client.execute(operation, params).expect_err(name);
                assert_eq!(error.status(), Some(400), "{operation}, {name}: {error}");
                assert!(error.to_string().contains(name), "{operation}, {name}: {error}");
            };
            if row.place == Place::Body {
                let good = samples::value(operation, row, 0);
                let (Some(model), Value::Json(good)) = (operation.model_of(row.kind), good) else { continue };
                for field in model.fields {
                    let mut without = good.clone();
                    without.as_object_mut().unwrap().remove(&*field.key);
                    if field.required {
                        refused(&mut walk, Value::Json(without), &field.key);
                        missing += 1;
                    }
                    if let Some(value) = samples::wrong_json(field.kind) {
                        let mut other = good.clone();
                        other[&*field.key] = value;
                        refused(&mut walk, Value::Json(other), &field.key);
                        wrong += 1;
                    }
                }
                continue;
            }
            if row.required {
                refused(&mut walk, "".into(), &row.name); // the client itself refuses what is not there at all
                missing += 1;
            }
            if let Some(text) = samples::wrong(row.kind) {
                refused(&mut walk, text.into(), &row.name);
                wrong += 1;
            }
        }
    }
    say(&format!("{missing} missing and {wrong} wrong values refused"));
    assert!(missing > 400 && wrong > 1000, "{missing}, {wrong}");
}

/// The id of a record that the path of an operation ends in.
fn made_id(walk: &mut Walk, operation: &'static Operation) -> Option<String> {
    let path = template(operation.path);
    let name = operation.path_parameters().last()?;
    Some(walk.id(operation.product(), path.strip_suffix("/{}").unwrap(), name))
}
