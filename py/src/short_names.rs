//! The short ways to resources: `client.verify.services` for `client.verify.v2.services`.
//!
//! As in `shape.rs`, nothing here knows of an interpreter.

use ringback::operation::{Attach, Resource};

use super::shape::{account, children, mount, top_level, versions};

/// A resource that hangs on a domain by a name of its own.
#[derive(Clone, Copy)]
pub(crate) struct ShortName {
    /// Where the domain has it by its full name: on `v2`, or on `v2010` and then `account`.
    pub(crate) through: &'static [&'static str],
    pub(crate) row: &'static Resource,
    /// Whether the official library warns of it.
    pub(crate) is_deprecated: bool,
}

impl ShortName {
    pub(crate) fn name(&self) -> &'static str {
        mount(self.row)
    }
}

/// Which resources of a version its domain has too.
enum Which {
    All,
    Only(&'static [&'static str]),
    Except(&'static [&'static str]),
}

use Which::{All, Except, Only};

/// The versions whose resources hang on their domain as well; where two have one of a name, it is the first one's.
const VERSIONS: &[(&str, &[&str], Which)] = &[
    ("accounts", &["v1"], Except(&["bulk_consents", "bulk_contacts", "messaging_geopermissions", "safelist"])),
    ("assistants", &["v1"], All),
    ("bulkexports", &["v1"], All),
    ("chat", &["v2"], All),
    ("chat", &["v3"], All),
    ("content", &["v1"], All),
    ("conversations", &["v1"], Except(&["conversation_with_participants"])),
    ("events", &["v1"], All),
    (
        "flex_api",
        &["v1"],
        Except(&[
            "plugin_archive",
            "plugin_configuration_archive",
            "plugin_configurations",
            "plugin_releases",
            "plugin_version_archive",
            "plugins",
            "provisioning_status",
        ]),
    ),
    ("flex_api", &["v2"], Only(&["web_channels"])),
    ("frontline_api", &["v1"], All),
    ("iam", &["v1"], Only(&["api_key", "get_api_keys"])),
    ("insights", &["v1"], All),
    ("intelligence", &["v2"], Only(&["services", "transcripts"])),
    ("ip_messaging", &["v2"], All),
    ("lookups", &["v1"], All),
    ("marketplace", &["v1"], Only(&["available_add_ons", "installed_add_ons"])),
    (
        "messaging",
        &["v1"],
        Except(&[
            "domain_validate_dns",
            "linkshortening_messaging_service_domain_association",
            "request_managed_cert",
            "tollfree_verifications",
        ]),
    ),
    ("monitor", &["v1"], All),
    ("notify", &["v1"], All),
    ("numbers", &["v2"], Only(&["regulatory_compliance"])),
    ("oauth", &["v1"], Only(&["token"])),
    ("preview", &["hosted_numbers"], All),
    ("preview", &["marketplace"], All),
    ("preview", &["wireless"], All),
    ("preview_iam", &["v1"], All),
    ("preview_iam", &["versionless"], All),
    ("pricing", &["v2"], All),
    ("pricing", &["v1"], Only(&["messaging", "phone_numbers"])),
    ("proxy", &["v1"], All),
    ("routes", &["v2"], All),
    ("serverless", &["v1"], All),
    ("studio", &["v2"], All),
    ("supersim", &["v1"], All),
    ("sync", &["v1"], All),
    ("taskrouter", &["v1"], All),
    ("trunking", &["v1"], All),
    (
        "trusthub",
        &["v1"],
        Except(&["compliance_inquiries", "compliance_registration_inquiries", "compliance_tollfree_inquiries"]),
    ),
    ("verify", &["v2"], All),
    ("video", &["v1"], All),
    ("voice", &["v1"], All),
    ("webhooks", &["v1"], All),
    ("wireless", &["v1"], All),
];

/// The domains whose short names the official library does not warn of.
const SILENT: [&str; 3] = ["intelligence", "marketplace", "preview_iam"];

/// The short names of a domain.
pub(crate) fn short_names(domain: &str) -> Vec<ShortName> {
    let mut found: Vec<ShortName> = Vec::new();
    for (_, through, which) in VERSIONS.iter().filter(|(known, ..)| *known == domain) {
        let version = versions(domain).find(|(name, _)| through.first() == Some(name));
        for row in version.into_iter().flat_map(|(_, version)| top_level(version)) {
            let name = mount(row);
            let is_meant = match which {
                All => true,
                Only(names) => names.contains(&name),
                Except(names) => !names.contains(&name),
            };
            if is_meant && !found.iter().any(|known| known.name() == name) {
                found.push(ShortName { through, row, is_deprecated: !SILENT.contains(&domain) });
            }
        }
    }
    // everything of the client's own account hangs on the domain of accounts
    let of_domain = |row: &&'static Resource| row.name.split('.').next() == Some(domain);
    if let Some(accounts) = account().filter(of_domain) {
        let own = children(accounts, Attach::Instance).map(|row| ShortName {
            through: &["v2010", "account"],
            row,
            is_deprecated: true,
        });
        found.push(ShortName { through: &["v2010"], row: accounts, is_deprecated: false });
        found.extend(own);
    }
    found
}
