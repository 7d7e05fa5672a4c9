//! The statements of a store of events in SQLite, the same in every language: processes of several may share a file.
//!
//! Times are milliseconds of the Unix epoch. Each statement is one step, so that of several callers one is first.

/// Makes the table; nothing if it is there.
pub const SCHEMA: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS ringback_events (key TEXT PRIMARY KEY, number INTEGER NOT NULL, done INTEGER NOT NULL, \
     until INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS ringback_events_until ON ringback_events (until)",
];

/// Forgets what ended until ?1.
pub const FORGET: &str = "DELETE FROM ringback_events WHERE until <= ?1";

/// Claims the event ?1 by the number ?2 at ?3, until ?4; changes a row if it was first.
pub const BEGIN: &str = "INSERT INTO ringback_events (key, number, done, until) VALUES (?1, ?2, 0, ?4) \
     ON CONFLICT (key) DO UPDATE SET number = excluded.number, done = 0, until = excluded.until \
     WHERE ringback_events.until <= ?3";

/// Whether the event ?1 was acted on.
pub const LOOK: &str = "SELECT done FROM ringback_events WHERE key = ?1";

/// Notes that the event ?1 was acted on by the claim ?2, until ?3; changes a row unless another claimed it meanwhile.
pub const FINISH: &str = "INSERT INTO ringback_events (key, number, done, until) VALUES (?1, ?2, 1, ?3) \
     ON CONFLICT (key) DO UPDATE SET done = 1, until = excluded.until WHERE ringback_events.number = excluded.number";

/// Gives back the claim ?2 of the event ?1; changes a row if it was held.
pub const ABANDON: &str = "DELETE FROM ringback_events WHERE key = ?1 AND number = ?2 AND done = 0";
