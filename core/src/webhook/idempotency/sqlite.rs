//! The store in a SQLite file, which the processes of a machine share.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use sqlx::{
    Row as _, Sqlite, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};

use super::{Begun, Claim, Clock, KEEP, LEASE, Store, StoreFuture, checked, statements};
use crate::{Error, ErrorKind, Result};

/// How long a process waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it waits before it opens the file again.
const RETRY: Duration = Duration::from_millis(5);

/// Whether another process has the file to itself; the lower byte is the kind of the error (`SQLITE_BUSY`).
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xFF == 5)
}

/// Keeps events in a SQLite file: across restarts, and for all processes of this machine that open it.
///
/// Python's `SqliteStore` reads and writes the same file. It needs a tokio runtime. The clock is the system's, since
/// processes share it; what is over is forgotten whenever an event begins.
pub struct SqliteStore {
    pool: SqlitePool,
    lease: Duration,
    keep: Duration,
    clock: Clock,
}

impl SqliteStore {
    /// Opens a file, and makes it if it is not there; a lease is a minute, and events are remembered for a day.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(PATIENCE);
        let wrong = |cause: sqlx::Error| {
            Error::configuration("the file of the store of events cannot be opened").with_source(cause)
        };
        // of processes that open a new file at once SQLite lets one turn it to write ahead, and the others don't wait
        let give_up = Instant::now() + PATIENCE;
        let pool = loop {
            match SqlitePoolOptions::new().max_connections(4).connect_with(options.clone()).await {
                Ok(pool) => break pool,
                Err(cause) if is_busy(&cause) && Instant::now() < give_up => tokio::time::sleep(RETRY).await,
                Err(cause) => return Err(wrong(cause)),
            }
        };
        for statement in statements::SCHEMA {
            sqlx::query::<Sqlite>(*statement).execute(&pool).await.map_err(wrong)?;
        }
        let clock: Clock = Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        Ok(Self { pool, lease: LEASE, keep: KEEP, clock })
    }

    /// Sets how long an action may take before another may begin it.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Sets how long it is remembered that an event was acted on.
    #[must_use]
    pub fn keep(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// Sets what time it is: for tests.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    async fn claim(&self, key: &str) -> Result<Begun> {
        let key = checked(key)?;
        let now = (self.clock)();
        // told apart from the claims of other processes
        let number = fastrand::i64(1..);
        sqlx::query::<Sqlite>(statements::FORGET).bind(milliseconds(now)).execute(&self.pool).await.map_err(failed)?;
        let begun = sqlx::query::<Sqlite>(statements::BEGIN)
            .bind(key)
            .bind(number)
            .bind(milliseconds(now))
            .bind(milliseconds(now.saturating_add(self.lease)));
        if begun.execute(&self.pool).await.map_err(failed)?.rows_affected() == 1 {
            return Ok(Begun::First(Claim::new(key, number.unsigned_abs())));
        }
        let row = sqlx::query::<Sqlite>(statements::LOOK).bind(key).fetch_optional(&self.pool).await.map_err(failed)?;
        match row.map(|row| row.try_get::<i64, _>(0)).transpose().map_err(failed)? {
            Some(1) => Ok(Begun::Done),
            // it ended between the two statements: the next try is first
            _ => Ok(Begun::InProgress),
        }
    }

    async fn note(&self, claim: &Claim) -> Result<bool> {
        let until = milliseconds((self.clock)().saturating_add(self.keep));
        let noted = sqlx::query::<Sqlite>(statements::FINISH).bind(claim.key()).bind(number(claim)?).bind(until);
        Ok(noted.execute(&self.pool).await.map_err(failed)?.rows_affected() == 1)
    }

    async fn give_back(&self, claim: &Claim) -> Result<bool> {
        let given = sqlx::query::<Sqlite>(statements::ABANDON).bind(claim.key()).bind(number(claim)?);
        Ok(given.execute(&self.pool).await.map_err(failed)?.rows_affected() == 1)
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn number(claim: &Claim) -> Result<i64> {
    let wrong = |cause| Error::invalid_argument("the claim is not one of this store").with_source(cause);
    i64::try_from(claim.number()).map_err(wrong)
}

fn failed(cause: sqlx::Error) -> Error {
    Error::new(ErrorKind::Transport, "the store of events failed").with_source(cause)
}

impl Store for SqliteStore {
    fn begin<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Begun> {
        Box::pin(self.claim(key))
    }

    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        Box::pin(self.note(claim))
    }

    fn abandon<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        Box::pin(self.give_back(claim))
    }
}

/// Tells nothing of the events.
impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}
