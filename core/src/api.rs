//! The table of Twilio's API: every operation by name.

use crate::operation::{Operation, Resource, Version};

#[rustfmt::skip]
mod generated;

pub use generated::SOURCE;
pub(crate) use generated::names::NAMES;

/// What every operation of an account starts with, and the short names leave out.
pub(crate) const ACCOUNT_PREFIX: &str = "api.v2010.accounts.";

/// The pages of the table, sorted by name.
pub fn versions() -> &'static [&'static Version] {
    generated::VERSIONS
}

/// Every operation, page by page.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    versions().iter().flat_map(|version| version.operations)
}

/// The operation of this name, long (`api.v2010.accounts.messages.create`) or short (`messages.create`).
pub fn find(name: &str) -> Option<&'static Operation> {
    let in_page = |version: &'static Version, is: &dyn Fn(&str) -> std::cmp::Ordering| {
        version.operations.binary_search_by(|row| is(row.name)).ok().map(|index| &version.operations[index])
    };
    if let Some(found) = version_of(name).and_then(|version| in_page(version, &|row| row.cmp(name))) {
        return Some(found);
    }
    if !name.contains('.') {
        return None; // `create` alone would be `accounts.create`
    }
    let account = version_of(ACCOUNT_PREFIX)?;
    in_page(account, &|row| match row.strip_prefix(ACCOUNT_PREFIX) {
        Some(short) => short.cmp(name),
        None => row.cmp(ACCOUNT_PREFIX),
    })
}

/// The resource of this name, such as `api.v2010.accounts.messages`.
pub fn find_resource(name: &str) -> Option<&'static Resource> {
    let resources = version_of(name)?.resources;
    resources.binary_search_by(|row| row.name.cmp(name)).ok().map(|index| resources[index])
}

/// The page whose name opens this one: `verify.v2` for `verify.v2.services.create`.
fn version_of(name: &str) -> Option<&'static Version> {
    let end = name.match_indices('.').nth(1).map_or(name.len(), |(end, _)| end);
    let versions = versions();
    versions.binary_search_by(|version| version.name.cmp(&name[..end])).ok().map(|index| versions[index])
}
