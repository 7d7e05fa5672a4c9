//! What the JSON bodies of an operation are made of: models and their fields.

use std::{ffi::c_char, ptr};

use crate::{boundary::read, operation::ringback_operation, parameter::Taken};

impl ringback_operation {
    fn field(&self, model: usize, index: usize) -> Option<Taken> {
        Some(Taken::in_model(self.row(), self.models.get(model)?.fields.get(index)?))
    }

    /// A text about a field, under a name of its own.
    fn field_text(
        operation: Option<&Self>,
        model: usize,
        index: usize,
        what: &str,
        of: impl FnOnce(&Taken) -> Option<String>,
    ) -> *const c_char {
        read(ptr::null(), || {
            let operation = operation?;
            let field = operation.field(model, index)?;
            Some(operation.texts.give(&format!("field {model} {index} {what}"), || of(&field)))
        })
    }
}

/// Gives how many models the JSON bodies of the operation are made of; the outer ones come first.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_model_count(operation: Option<&ringback_operation>) -> usize {
    read(0, || Some(operation?.models.len()))
}

/// Gives the name of a model, or NULL if there are not so many.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_model_name(
    operation: Option<&ringback_operation>,
    model: usize,
) -> *const c_char {
    read(ptr::null(), || {
        let operation = operation?;
        let name = operation.models.get(model)?.name;
        Some(operation.texts.give(&format!("model {model}"), || Some(name.to_owned())))
    })
}

/// Gives how many fields a model has.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_field_count(operation: Option<&ringback_operation>, model: usize) -> usize {
    read(0, || Some(operation?.models.get(model)?.fields.len()))
}

/// Gives the JSON key of a field, or NULL if there are not so many.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_field_name(
    operation: Option<&ringback_operation>,
    model: usize,
    index: usize,
) -> *const c_char {
    ringback_operation::field_text(operation, model, index, "name", Taken::name)
}

/// Gives what a field holds, or what each element holds if it is a list; the kinds are those of parameters.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_field_kind(
    operation: Option<&ringback_operation>,
    model: usize,
    index: usize,
) -> *const c_char {
    ringback_operation::field_text(operation, model, index, "kind", Taken::kind)
}

/// Gives whether Twilio refuses the model without this field.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_is_field_required(
    operation: Option<&ringback_operation>,
    model: usize,
    index: usize,
) -> bool {
    read(false, || Some(operation?.field(model, index)?.required))
}

/// Gives whether a field is a list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_is_field_list(
    operation: Option<&ringback_operation>,
    model: usize,
    index: usize,
) -> bool {
    read(false, || Some(operation?.field(model, index)?.list))
}

/// Gives how many values a field of the kind "enum" may have.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_field_value_count(
    operation: Option<&ringback_operation>,
    model: usize,
    index: usize,
) -> usize {
    read(0, || Some(operation?.field(model, index)?.value_count()))
}

/// Gives one of the values that a field of the kind "enum" may have, or NULL if there are not so many.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_field_value(
    operation: Option<&ringback_operation>,
    model: usize,
    index: usize,
    value: usize,
) -> *const c_char {
    ringback_operation::field_text(operation, model, index, &format!("value {value}"), |field| field.value(value))
}

/// Gives the name of the model of a field of the kind "model", or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_field_model(
    operation: Option<&ringback_operation>,
    model: usize,
    index: usize,
) -> *const c_char {
    ringback_operation::field_text(operation, model, index, "model", Taken::model)
}
