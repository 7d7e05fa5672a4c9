//! What an operation takes: the parameters of its path and of its row.

use std::{ffi::c_char, ptr};

use ringback::operation::{Enum, Field, Kind, Operation, Parameter};

use crate::{boundary::read, operation::ringback_operation};

/// Something that is taken: a parameter, or a field of a JSON body.
pub(crate) struct Taken {
    name: &'static str,
    place: &'static str,
    kind: Kind,
    pub(crate) list: bool,
    pub(crate) required: bool,
    /// How many numbered ones it stands for, or 0.
    numbered: u16,
    values: Option<&'static Enum>,
    model: Option<&'static str>,
}

impl Taken {
    /// A parameter of the path; that of the account is filled in.
    pub(crate) fn in_path(name: &'static str) -> Self {
        let required = name != "AccountSid";
        Self { name, place: "path", kind: Kind::Text, list: false, required, numbered: 0, values: None, model: None }
    }

    /// A parameter of a row.
    pub(crate) fn in_row(row: &'static Operation, parameter: &'static Parameter) -> Self {
        Self {
            name: parameter.name.as_str(),
            place: parameter.place.as_str(),
            kind: parameter.kind,
            list: parameter.list,
            required: parameter.required,
            numbered: parameter.numbered.unwrap_or(0),
            values: row.enum_of(parameter.kind),
            model: row.model_of(parameter.kind).map(|model| model.name),
        }
    }

    /// A field of a model.
    pub(crate) fn in_model(row: &'static Operation, field: &'static Field) -> Self {
        Self {
            name: field.key.as_str(),
            place: "body",
            kind: field.kind,
            list: field.list,
            required: field.required,
            numbered: 0,
            values: row.enum_of(field.kind),
            model: row.model_of(field.kind).map(|model| model.name),
        }
    }

    pub(crate) fn name(&self) -> Option<String> {
        Some(self.name.to_owned())
    }

    pub(crate) fn kind(&self) -> Option<String> {
        Some(self.kind.as_str().to_owned())
    }

    pub(crate) fn model(&self) -> Option<String> {
        self.model.map(str::to_owned)
    }

    pub(crate) fn value_count(&self) -> usize {
        self.values.map_or(0, |known| known.values.len())
    }

    pub(crate) fn value(&self, index: usize) -> Option<String> {
        self.values?.values.get(index).map(|value| value.as_str().to_owned())
    }
}

impl ringback_operation {
    /// A text about a parameter, under a name of its own.
    fn parameter_text(
        operation: Option<&Self>,
        index: usize,
        what: &str,
        of: impl FnOnce(&Taken) -> Option<String>,
    ) -> *const c_char {
        read(ptr::null(), || {
            let operation = operation?;
            let parameter = operation.parameters.get(index)?;
            Some(operation.texts.give(&format!("parameter {index} {what}"), || of(parameter)))
        })
    }
}

/// Gives how many parameters it takes, those of its path included, which come first.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_count(operation: Option<&ringback_operation>) -> usize {
    read(0, || Some(operation?.parameters.len()))
}

/// Gives the name of a parameter in Twilio's spelling, or NULL if there are not so many.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_name(
    operation: Option<&ringback_operation>,
    index: usize,
) -> *const c_char {
    ringback_operation::parameter_text(operation, index, "name", Taken::name)
}

/// Gives where a parameter goes: "path", "query", "form", "header" or "body".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_place(
    operation: Option<&ringback_operation>,
    index: usize,
) -> *const c_char {
    ringback_operation::parameter_text(operation, index, "place", |parameter| Some(parameter.place.to_owned()))
}

/// Gives what a parameter holds, such as "text", "integer", "date_time", "enum", "json" or "model".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_kind(
    operation: Option<&ringback_operation>,
    index: usize,
) -> *const c_char {
    ringback_operation::parameter_text(operation, index, "kind", Taken::kind)
}

/// Gives whether the call fails without this parameter.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_is_parameter_required(
    operation: Option<&ringback_operation>,
    index: usize,
) -> bool {
    read(false, || Some(operation?.parameters.get(index)?.required))
}

/// Gives whether a parameter may be given several times, by ringback_params_add.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_is_parameter_list(operation: Option<&ringback_operation>, index: usize) -> bool {
    read(false, || Some(operation?.parameters.get(index)?.list))
}

/// Gives how many numbered parameters a name with "#" stands for, such as 99 for "Parameter#.Name"; 0 for any other.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_number_limit(
    operation: Option<&ringback_operation>,
    index: usize,
) -> u16 {
    read(0, || Some(operation?.parameters.get(index)?.numbered))
}

/// Gives how many values a parameter of the kind "enum" may have; Twilio may know more.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_value_count(
    operation: Option<&ringback_operation>,
    index: usize,
) -> usize {
    read(0, || Some(operation?.parameters.get(index)?.value_count()))
}

/// Gives one of the values that a parameter of the kind "enum" may have, or NULL if there are not so many.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_value(
    operation: Option<&ringback_operation>,
    index: usize,
    value: usize,
) -> *const c_char {
    ringback_operation::parameter_text(operation, index, &format!("value {value}"), |parameter| parameter.value(value))
}

/// Gives the name of the model of a parameter of the kind "model", or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_model(
    operation: Option<&ringback_operation>,
    index: usize,
) -> *const c_char {
    ringback_operation::parameter_text(operation, index, "model", Taken::model)
}
