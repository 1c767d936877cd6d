//! The steps from nothing to the tables of this release.

/// A step. Most are said once, and brought into PostgreSQL's words as statements are; triggers are
/// written in another language there.
pub(super) struct Migration {
    pub embedded: &'static str,
    /// In PostgreSQL's own words.
    pub server: Option<&'static str>,
}

const fn shared(embedded: &'static str) -> Migration {
    let server = None;
    Migration { embedded, server }
}

const fn both(embedded: &'static str, server: &'static str) -> Migration {
    Migration {
        embedded,
        server: Some(server),
    }
}

/// Each brings a database from the version of its index to the next one. Append only: what has
/// been released is never changed, and no step removes data.
pub(super) const MIGRATIONS: &[Migration] = &[
    shared(include_str!("migrations/0001_schema.sql")),
    shared(include_str!("migrations/0002_reference_data.sql")),
    both(
        include_str!("migrations/0003_many_users.sql"),
        include_str!("migrations/postgres/0003_many_users.sql"),
    ),
    shared(include_str!("migrations/0004_name_keys.sql")),
    shared(include_str!("migrations/0005_secrets.sql")),
    shared(include_str!("migrations/0006_portal_right.sql")),
    shared(include_str!("migrations/0007_openid_registration.sql")),
    shared(include_str!("migrations/0008_log_in_licenses.sql")),
    shared(include_str!("migrations/0009_person_right.sql")),
    shared(include_str!("migrations/0010_phone_numbers.sql")),
    shared(include_str!("migrations/0011_held_licenses.sql")),
    shared(include_str!("migrations/0012_licenses_to_log_in.sql")),
    shared(include_str!("migrations/0013_portals.sql")),
    both(
        include_str!("migrations/0014_list_state.sql"),
        include_str!("migrations/postgres/0014_list_state.sql"),
    ),
    shared(include_str!("migrations/0015_fewer_indexes.sql")),
    both(
        include_str!("migrations/0016_common_key.sql"),
        include_str!("migrations/postgres/0016_common_key.sql"),
    ),
    shared(include_str!("migrations/0017_news.sql")),
];
