//! What holds for every row of the table.

use std::{collections::BTreeSet, io::Write};

use ringback::{
    api, names,
    operation::{Attach, Body, Kind, Level, Method, Name, Operation, Place, Resource, Segment, Verb, segments},
};
use serde_json::Value;

fn texts(names: &[Name]) -> Vec<&'static str> {
    names.iter().map(|name| name.as_str()).collect()
}

fn resources() -> impl Iterator<Item = &'static Resource> {
    api::versions().iter().flat_map(|version| version.resources.iter().copied())
}

fn parameters_of(path: &'static str) -> BTreeSet<&'static str> {
    let parameters = segments(path).filter_map(|segment| match segment {
        Segment::Parameter(name) => Some(name),
        Segment::Text(_) => None,
    });
    parameters.collect()
}

fn path_of_level(operation: &Operation) -> (Option<Name>, Vec<&'static str>) {
    let resource = operation.resource;
    match operation.level {
        Level::List => (resource.list_path, texts(resource.list_parameters)),
        Level::Instance => (resource.instance_path, texts(resource.instance_parameters)),
    }
}

#[test]
fn pages_resources_and_operations_are_sorted_by_names_that_nothing_else_has() {
    assert!(api::versions().is_sorted_by(|one, other| one.name < other.name));
    for version in api::versions() {
        assert!(version.resources.is_sorted_by(|one, other| one.name < other.name), "{}", version.name);
        assert!(version.operations.is_sorted_by(|one, other| one.name < other.name), "{}", version.name);
        let enums: BTreeSet<&str> = version.enums.iter().map(|row| row.name).collect();
        assert_eq!(enums.len(), version.enums.len(), "{}", version.name);
    }
    assert!(api::all().count() >= 254);
    assert!(api::SOURCE.starts_with("twilio-oai "));
}

#[test]
fn every_operation_is_found_by_its_long_name_and_its_short_one() {
    for operation in api::all() {
        assert!(std::ptr::eq(api::find(operation.name).unwrap(), operation), "{operation}");
        if let Some(short) = operation.short_name() {
            assert!(std::ptr::eq(api::find(short).unwrap(), operation), "{short}");
        }
    }
    assert_eq!(api::find("messages.create").unwrap().name, "api.v2010.accounts.messages.create");
    assert_eq!(api::find("calls.recordings.update").unwrap().verb, Verb::Update);
    for unknown in
        ["", "create", ".", "messages", "messages.creat", "messages.createx", "verify.v2", "verify.v2.", "api"]
    {
        assert!(api::find(unknown).is_none(), "{unknown}");
    }
}

#[test]
fn every_resource_is_found_and_stands_below_its_parent() {
    for resource in resources() {
        assert!(std::ptr::eq(api::find_resource(resource.name).unwrap(), resource), "{}", resource.name);
        let (above, _) = resource.name.rsplit_once('.').unwrap();
        match resource.parent {
            None => assert_eq!((above, resource.attach), (resource.version.name, Attach::Version), "{}", resource.name),
            Some(parent) => {
                assert_eq!(above, parent.name, "{}", resource.name);
                assert_ne!(resource.attach, Attach::Version, "{}", resource.name);
                // what hangs on a list needs no path of it: some lists only lead on
                let is_there = resource.attach == Attach::List || parent.instance_path.is_some();
                assert!(is_there, "{} hangs on a path that its parent lacks", resource.name);
            }
        }
    }
}

#[test]
fn paths_and_their_parameters_are_those_of_the_resource() {
    for operation in api::all() {
        let (path, parameters) = path_of_level(operation);
        // these make a report at a path without the report's own parameter, which counts as one of an instance
        let makes = matches!(operation.verb, Verb::Create) && operation.name.starts_with("insights.v2.");
        if makes {
            assert!(parameters_of(operation.path.as_str()).is_empty(), "{operation}");
        } else {
            assert_eq!(parameters_of(operation.path.as_str()), parameters.iter().copied().collect(), "{operation}");
            assert_eq!(parameters_of(path.unwrap().as_str()), parameters_of(operation.path.as_str()), "{operation}");
        }
        let start = format!("/{}/", operation.resource.version.segment);
        assert!(operation.path.starts_with(&start), "{operation}");
        assert_eq!(operation.name, format!("{}.{}", operation.resource.name, operation.verb.as_str()));
    }
}

#[test]
fn parameters_have_names_of_their_own_in_both_spellings() {
    for operation in api::all() {
        let wire: BTreeSet<&str> = operation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let python: BTreeSet<String> = wire.iter().map(|name| names::parameter(name)).collect();
        assert_eq!((wire.len(), python.len()), (operation.parameters.len(), operation.parameters.len()), "{operation}");
        for parameter in operation.parameters {
            assert_eq!(operation.parameter(&parameter.name), Some(parameter), "{operation}");
            assert_eq!(operation.parameter(&names::parameter(&parameter.name)), Some(parameter), "{operation}");
            assert_eq!(parameter.numbered.is_some(), parameter.name.contains('#'), "{operation}");
        }
    }
}

#[test]
fn a_numbered_parameter_is_found_by_each_of_its_numbers() {
    let operation = api::find("calls.streams.create").unwrap();
    let row = operation.parameter("Parameter7.Name").unwrap();
    assert_eq!((row.name.as_str(), row.numbered), ("Parameter#.Name", Some(99)));
    assert_eq!(operation.parameter("parameter7_name"), Some(row));
    assert_eq!(row.wire_name("Parameter99.Name"), "Parameter99.Name");
    assert_eq!(row.wire_name("parameter12_name"), "Parameter12.Name");
    for unknown in ["Parameter0.Name", "Parameter100.Name", "Parameter07.Name", "Parameter.Name"] {
        assert_eq!(operation.parameter(unknown), None, "{unknown}");
    }
    assert_eq!(operation.parameter("url").unwrap().wire_name("url"), "Url");
}

#[test]
fn the_body_is_where_the_parameters_go() {
    for operation in api::all() {
        let has = |place| operation.parameters.iter().any(|parameter| parameter.place == place);
        match operation.body {
            Body::Empty => assert!(!has(Place::Form) && !has(Place::Body), "{operation}"),
            Body::Form => assert!(!has(Place::Body), "{operation}"),
            Body::Json(_) => assert!(has(Place::Body) && !has(Place::Form), "{operation}"),
        }
        let reads = matches!(operation.verb, Verb::Fetch | Verb::List);
        assert_eq!(reads, operation.method == Method::Get, "{operation}");
        assert!(!(reads && operation.body != Body::Empty), "{operation}");
        assert_eq!(operation.repeatable, !matches!(operation.method, Method::Post | Method::Patch), "{operation}");
        assert!((200..400).contains(&operation.status), "{operation}");
    }
}

#[test]
fn a_list_says_where_its_records_are_and_leaves_paging_to_the_client() {
    for operation in api::all() {
        assert_eq!(operation.verb == Verb::List, operation.records.is_some(), "{operation}");
        if operation.verb == Verb::List {
            for paging in ["Page", "PageSize", "PageToken"] {
                assert_eq!(operation.parameter(paging), None, "{operation}");
            }
        }
    }
}

#[test]
fn every_enum_is_on_its_page_and_in_use() {
    for version in api::versions() {
        let parameters = version.operations.iter().flat_map(|row| row.parameters).map(|row| row.kind);
        let properties = version.resources.iter().flat_map(|row| row.properties).map(|row| row.kind);
        let inner = version.resources.iter().flat_map(|row| row.inner_enums).copied();
        let fields = version.models.iter().flat_map(|row| row.fields).map(|row| row.kind);
        let used: BTreeSet<u16> = parameters
            .chain(properties)
            .chain(inner)
            .chain(fields)
            .filter_map(|kind| match kind {
                Kind::Enum(index) => Some(index),
                _ => None,
            })
            .collect();
        let known: BTreeSet<u16> = (0..u16::try_from(version.enums.len()).unwrap()).collect();
        assert_eq!(used, known, "{}", version.name);
        for row in version.enums {
            assert!(!row.values.is_empty() && row.name.ends_with(row.class), "{}", row.name);
        }
    }
    let send = api::find("messages.create").unwrap();
    let retention = send.enum_of(send.parameter("ContentRetention").unwrap().kind).unwrap();
    assert_eq!((retention.class, texts(retention.values)), ("ContentRetention", vec!["retain", "discard"]));
}

#[test]
fn every_model_is_on_its_page_and_in_use() {
    for version in api::versions() {
        let fields = version.models.iter().flat_map(|row| row.fields).map(|row| row.kind);
        let bodies = version.operations.iter().flat_map(|row| row.parameters).map(|row| row.kind);
        let used: BTreeSet<u16> = fields
            .chain(bodies)
            .filter_map(|kind| match kind {
                Kind::Model(index) => Some(index),
                _ => None,
            })
            .collect();
        assert_eq!(used, (0..u16::try_from(version.models.len()).unwrap()).collect(), "{}", version.name);
        let names: BTreeSet<&str> = version.models.iter().map(|model| model.name).collect();
        assert_eq!(names.len(), version.models.len(), "{}", version.name);
    }
    let create = api::find("content.v1.contents.create").unwrap();
    let model = create.model_of(create.parameters[0].kind).unwrap();
    let required: Vec<&str> =
        model.fields.iter().filter(|field| field.required).map(|field| field.key.as_str()).collect();
    assert_eq!((model.name, required), ("ContentCreateRequest", vec!["language", "types"]));
}

#[test]
fn required_parameters_are_those_that_twilio_names() {
    let required = |name: &str| -> Vec<&str> {
        let rows = api::find(name).unwrap().parameters.iter();
        rows.filter(|row| row.required).map(|row| row.name.as_str()).collect()
    };
    assert_eq!(required("messages.create"), ["To"]);
    assert_eq!(required("calls.create"), ["To", "From"]);
    assert_eq!(required("verify.v2.services.verifications.create"), ["To", "Channel"]);
    assert_eq!(required("verify.v2.services.create"), ["FriendlyName"]);
    assert!(required("verify.v2.services.verification_checks.create").is_empty());
}

#[test]
fn names_are_spelt_as_the_vectors_say() {
    let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/names.json")).unwrap();
    let cases = |key: &str| vectors[key].as_array().unwrap().clone();
    let text = |case: &Value, key: &str| case[key].as_str().unwrap().to_owned();
    for case in cases("parameters") {
        assert_eq!(names::parameter(&text(&case, "wire")), text(&case, "python"));
    }
    for case in cases("properties") {
        let phone = case["phone"].as_bool().unwrap();
        assert_eq!(names::attribute(&text(&case, "wire"), phone), text(&case, "python"));
    }
    for case in cases("paths") {
        assert_eq!(names::underscore(&text(&case, "wire")), text(&case, "python"));
    }
}

/// What the rows take in a library: themselves, their texts, and the relocations of a library that is loaded anywhere.
#[test]
fn the_table_is_well_under_a_megabyte() {
    const RELOCATION: usize = 24;
    let mut texts: BTreeSet<&str> = BTreeSet::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let (mut rows, mut pointers) = (0, 0);
    for version in api::versions() {
        rows += size_of_val(*version) + size_of_val(version.resources) + size_of_val(version.operations);
        rows += size_of_val(version.enums) + size_of_val(version.models);
        texts.extend([version.name, version.product, version.segment]);
        pointers += 9 + version.resources.len();
        for row in version.enums {
            rows += size_of_val(row.values);
            texts.extend([row.class, row.name]);
            names.extend(self::texts(row.values));
            pointers += 3;
        }
        for model in version.models {
            rows += size_of_val(model.fields);
            texts.insert(model.name);
            names.extend(model.fields.iter().map(|field| field.key.as_str()));
            pointers += 2;
        }
        for resource in version.resources {
            rows += size_of_val(*resource) + size_of_val(resource.properties);
            rows += size_of_val(resource.list_parameters) + size_of_val(resource.instance_parameters);
            texts.extend([resource.name, resource.class]);
            let paths = [resource.list_path, resource.instance_path].into_iter().flatten();
            names.extend(paths.map(Name::as_str));
            names.extend(resource.properties.iter().map(|property| property.key.as_str()));
            names.extend(self::texts(resource.list_parameters));
            names.extend(self::texts(resource.instance_parameters));
            pointers += 8;
        }
        for operation in version.operations {
            rows += size_of_val(operation.parameters);
            texts.insert(operation.name);
            names.insert(operation.path.as_str());
            names.extend(operation.records.map(Name::as_str));
            names.extend(operation.parameters.iter().map(|parameter| parameter.name.as_str()));
            pointers += 3;
        }
    }
    let letters = |texts: &BTreeSet<&str>| texts.iter().map(|text| text.len()).sum::<usize>();
    let names = letters(&names) + names.len() * size_of::<u32>();
    let (texts, relocations) = (letters(&texts), pointers * RELOCATION);
    let all = rows + names + texts + relocations;
    let _ = writeln!(
        std::io::stderr(),
        "the table takes {all} bytes: {rows} of rows, {names} of names, {texts} of other texts, {relocations} of relocations"
    );
    assert!(all < 1_000_000, "the table takes {all} bytes");
}
