//! How Twilio's spelling becomes Python's: the rules that runtime needs, which the importer uses too.

use std::borrow::Cow;

/// The name of a parameter in Python: `StatusCallback` is `status_callback`, `DateSent>` is `date_sent_after`, `From` is `from_`.
pub fn parameter(wire: &str) -> String {
    if wire == "From" {
        return "from_".to_owned();
    }
    snake(&wire.replace('<', "Before").replace('>', "After"))
}

/// Whether this is a name of a parameter in Python; twilio-python 9.11 has renamed `version` to `resource_version`.
pub fn is_parameter(wire: &str, name: &str) -> bool {
    parameter(wire) == name || (wire == "Version" && name == "resource_version")
}

/// `StatusCallback` to `status_callback`; everything that is no letter or digit becomes one underscore.
///
/// A word ends before a capital that follows a small letter, before a capital that follows digits (with the capitals
/// between them), and before the last of several capitals if a small letter follows.
pub fn snake(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            plain.push(letter);
        } else if !plain.ends_with('_') {
            plain.push('_');
        }
    }
    let split = |text: &str, cut: &dyn Fn(&[u8], usize) -> bool| {
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len() + 8);
        for (at, letter) in text.char_indices() {
            if at > 0 && cut(bytes, at) {
                out.push('_');
            }
            out.push(letter);
        }
        out
    };
    let low = split(&plain, &|text, at| text[at].is_ascii_uppercase() && text[at - 1].is_ascii_lowercase());
    let digits = split(&low, &|text, at| {
        // (\d[A-Z]*)([A-Z]): greedy, so the cut is before the last capital of the run after a digit
        text[at].is_ascii_uppercase()
            && !text.get(at + 1).is_some_and(u8::is_ascii_uppercase)
            && text[..at].iter().rev().find(|byte| !byte.is_ascii_uppercase()).is_some_and(u8::is_ascii_digit)
    });
    let capitals = split(&digits, &|text, at| {
        text[at].is_ascii_uppercase()
            && text[at - 1].is_ascii_uppercase()
            && text.get(at + 1).is_some_and(u8::is_ascii_lowercase)
    });
    capitals.to_ascii_lowercase()
}

/// The name of a property in Python: mostly its JSON key.
///
/// `is_phone` says that the property is declared as a phone number: then `from` is `from_`, else `_from`.
pub fn attribute(key: &str, is_phone: bool) -> Cow<'_, str> {
    if key == "from" {
        return Cow::Borrowed(if is_phone { "from_" } else { "_from" });
    }
    if key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Cow::Borrowed(key);
    }
    let mut plain = String::with_capacity(key.len());
    for letter in key.replace("[]", "").chars() {
        match letter {
            '[' | ']' | '.' | '-' | ':' | ' ' | '/' | '\\' | '|' => plain.push('_'),
            letter if letter.is_alphanumeric() || letter == '_' => plain.push(letter),
            _ => {}
        }
    }
    if !plain.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Cow::Owned(plain.to_ascii_lowercase());
    }
    Cow::Owned(underscore(&plain))
}

/// The name of a path or a module in Python: `AvailablePhoneNumbers` is `available_phone_numbers`.
pub fn underscore(text: &str) -> String {
    let text = text.replace('.', "/").replace('$', "__");
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 8);
    let upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    for (at, letter) in text.char_indices() {
        // ([A-Z]+)([A-Z][a-z][a-z]+), then ([a-z\d])([A-Z])
        let word = at > 0 && upper(at) && upper(at - 1) && lower(at + 1) && lower(at + 2);
        let hump = at > 0 && upper(at) && (lower(at - 1) || bytes[at - 1].is_ascii_digit());
        if word || hump {
            out.push('_');
        }
        out.push(if letter == '-' || letter == ' ' { '_' } else { letter.to_ascii_lowercase() });
    }
    out
}

/// The known name that a misspelt one most likely meant, if one is near enough.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // a stranger's name may be long, and no name of the API is
    let fold = |text: &str| text.to_lowercase().replace(['_', '-', '.'], "").chars().take(160).collect::<String>();
    let wanted = fold(name);
    let length = wanted.chars().count();
    let limit = (length / 3).max(1);
    // where the lengths alone are farther apart, nothing need be compared
    let may_be_near = |known: &&str| known.len().saturating_add(limit) >= length;
    let near = known.into_iter().filter(may_be_near).map(|known| (distance(&wanted, &fold(known)), known));
    near.filter(|(far, _)| *far <= limit).min_by_key(|(far, _)| *far).map(|(_, known)| known)
}

/// How many letters must be added, dropped or changed to make one text the other.
pub(crate) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (index, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[index + 1];
            row[index + 1] = changed.min(row[index] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_spelt_as_twilio_python_spells_them() {
        for (wire, python) in [
            ("To", "to"),
            ("From", "from_"),
            ("StatusCallback", "status_callback"),
            ("DateSent>", "date_sent_after"),
            ("StartTime<", "start_time_before"),
            ("SendAsMms", "send_as_mms"),
            ("Version", "version"),
            ("Psd2Enabled", "psd2_enabled"),
            ("X-Twilio-Webhook-Enabled", "x_twilio_webhook_enabled"),
            ("Totp.TimeStep", "totp_time_step"),
            ("IsoCountry", "iso_country"),
            ("SIPAuth", "sip_auth"),
            ("Parameter1.Name", "parameter1_name"),
        ] {
            assert_eq!(parameter(wire), python, "{wire}");
            assert!(is_parameter(wire, python) && !is_parameter(wire, "parameter"), "{wire}");
        }
    }

    #[test]
    fn attributes_are_the_json_keys_but_for_a_few() {
        assert_eq!(attribute("date_created", false), "date_created");
        assert_eq!(attribute("from", true), "from_");
        assert_eq!(attribute("from", false), "_from");
        assert_eq!(attribute("friendlyName", false), "friendly_name");
        assert_eq!(attribute("SMS", false), "sms");
    }
}
