//! A connection, driven by the thread that uses it.
//!
//! Each has a small runtime of its own, which runs only while an answer is waited for: no other
//! thread has to be woken for what goes to and fro.

use super::super::StoreError;
use super::super::value::Param;
use super::dialect;
use super::error::ServerError;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long an answer is waited for. Locks are given up before that.
const ANSWER: Duration = Duration::from_secs(6);
/// How long it takes to look whether one has come.
const LAST_LOOK: Duration = Duration::from_millis(50);

/// What holds for every connection. Whoever waits for the turn to write waits as long as for
/// another process with a file; a node that has gone silent with the turn loses it; and a server
/// that does not wait for its disk is made to. No time limit of the server ends a commit that waits
/// for a standby: it would look as if nothing had been committed.
const SET_UP: &str = "SET lock_timeout = '5s';
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = '10s';
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off';";

/// Codes with which the server tells that it ends the connection.
const ENDS: [SqlState; 5] = [
    SqlState::ADMIN_SHUTDOWN,
    SqlState::CRASH_SHUTDOWN,
    SqlState::CANNOT_CONNECT_NOW,
    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    SqlState::IDLE_SESSION_TIMEOUT,
];

/// One connection.
pub struct Session {
    client: Client,
    made: Instant,
    runtime: Option<Runtime>,
    statements: RefCell<HashMap<String, Statement>>,
    /// What goes to the server in front of the next statement, without a round trip of its own.
    ahead: RefCell<String>,
    state: Cell<State>,
    changes: Cell<u64>,
    /// How long an answer is waited for, if not for ever.
    patience: Cell<Option<Duration>>,
}

/// What can be done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Good,
    /// The transaction can only be undone, since a statement failed.
    Stuck,
    /// The same, and it may succeed when it is done again: another one was in its way.
    Beaten,
    /// Nothing.
    Gone,
}

impl Session {
    /// Connects, within a time.
    pub fn connect(
        config: &Config,
        tls: MakeRustlsConnect,
        within: Duration,
    ) -> Result<Self, ServerError> {
        let made = Instant::now();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ServerError::SetUp)?;
        let connecting = async {
            let (client, connection) = config.connect(tls).await?;
            tokio::spawn(connection);
            client.batch_execute(SET_UP).await?;
            Ok::<_, ServerError>(client)
        };
        let client = runtime
            .block_on(async { timeout(within, connecting).await })
            .map_err(|_| ServerError::Silent)??;
        Ok(Self {
            client,
            made,
            runtime: Some(runtime),
            statements: RefCell::default(),
            ahead: RefCell::default(),
            state: Cell::new(State::Good),
            changes: Cell::new(0),
            patience: Cell::new(Some(ANSWER)),
        })
    }

    /// Runs a statement and says how many rows it touched.
    pub fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<usize, StoreError> {
        if dialect::is_savepoint(sql) {
            self.put_ahead(sql);
            return Ok(0);
        }
        if dialect::is_control(sql) {
            self.batch(sql)?;
            return Ok(0);
        }
        let statement = self.statement(sql, dialect::translated)?;
        let params = references(params);
        let touched = self.run(self.client.execute(&statement, &params))?;
        self.changes.set(self.changes.get() + touched);
        Ok(usize::try_from(touched).unwrap_or(usize::MAX))
    }

    /// Runs a statement that adds one row, and gives its key.
    pub fn insert(&self, sql: &str, params: &[Param<'_>]) -> Result<i64, StoreError> {
        let statement = self.statement(sql, dialect::giving_key)?;
        let params = references(params);
        let row = self.run(self.client.query_one(&statement, &params))?;
        self.changes.set(self.changes.get() + 1);
        Ok(i64::from(row.try_get::<_, i32>(0)?))
    }

    /// All rows of a query.
    pub fn query(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let statement = self.statement(sql, dialect::translated)?;
        let params = references(params);
        let rows = self.run(self.client.query(&statement, &params))?;
        if dialect::is_change(sql) {
            self.changes.set(self.changes.get() + rows.len() as u64);
        }
        Ok(rows)
    }

    /// The same without keeping the statement.
    pub fn query_once(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let params = references(params);
        Ok(self.run(self.client.query(&dialect::translated(sql), &params))?)
    }

    /// Runs statements without parameters, together with those that were put ahead.
    pub fn batch(&self, sql: &str) -> Result<(), StoreError> {
        let mut all = self.ahead.take();
        all.push_str(sql);
        Ok(self.run_alone(self.client.batch_execute(&all))?)
    }

    /// Adds rows to a table in the form that the server reads fastest.
    pub fn copy_in<'p, R>(
        &self,
        sql: &str,
        types: &[Type],
        rows: impl Iterator<Item = R>,
    ) -> Result<(), StoreError>
    where
        R: ExactSizeIterator<Item = Param<'p>>,
    {
        Ok(self.run(async {
            let sink = self.client.copy_in(sql).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, types));
            for row in rows {
                writer.as_mut().write_raw(row).await?;
            }
            writer.finish().await.map(drop)
        })?)
    }

    /// Has no answer be taken for missing because it is late.
    pub fn wait_for_ever(&self) {
        self.patience.set(None);
    }

    /// Does something during which that is so.
    pub fn without_haste<T>(&self, work: impl FnOnce() -> T) -> T {
        let usual = self.patience.take();
        let done = work();
        self.patience.set(usual);
        done
    }

    /// Has a statement go to the server in front of the next one.
    pub fn put_ahead(&self, sql: &str) {
        let mut ahead = self.ahead.borrow_mut();
        ahead.push_str(sql);
        ahead.push(';');
        if sql.starts_with("ROLLBACK") && self.is_stuck() {
            self.state.set(State::Good);
        }
    }

    /// Takes back what has not gone to the server.
    pub fn take_back(&self) -> bool {
        !self.ahead.take().is_empty()
    }

    /// Has a statement on its way without waiting for what comes of it. The next one waits for both.
    pub fn send(&self, sql: &str) -> Result<(), StoreError> {
        let work = self.client.batch_execute(sql);
        Ok(self.block_on(async {
            // The first turn hands it to the connection, the second has it written.
            let mut work = pin!(work);
            let _ = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
            tokio::task::yield_now().await;
        })?)
    }

    /// Notices what has happened to the connection since it was used last.
    pub fn look(&self) {
        // What has arrived is noticed at the first turn, the connection looks at it in the second.
        let looked = self.block_on(async {
            for _ in 0..2 {
                tokio::task::yield_now().await;
            }
        });
        if looked.is_err() || self.client.is_closed() {
            self.state.set(State::Gone);
        }
    }

    /// Whether nothing but undoing is possible.
    pub fn is_stuck(&self) -> bool {
        matches!(self.state.get(), State::Stuck | State::Beaten)
    }

    pub fn state(&self) -> State {
        self.state.get()
    }

    /// When it was begun to be made.
    pub fn made(&self) -> Instant {
        self.made
    }

    /// Has it not be used any more.
    pub fn give_up(&self) {
        self.state.set(State::Gone);
    }

    /// The transaction is over.
    pub fn ended(&self) {
        if self.is_stuck() {
            self.state.set(State::Good);
        }
    }

    pub fn changes(&self) -> u64 {
        self.changes.get()
    }

    /// A statement that is kept prepared.
    fn statement(&self, sql: &str, words: fn(&str) -> String) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.run(self.client.prepare(&words(sql)))?;
        let mut statements = self.statements.borrow_mut();
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Runs what goes to the server, behind what was put ahead.
    fn run<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, ServerError> {
        let ahead = self.ahead.take();
        if ahead.is_empty() {
            return self.run_alone(work);
        }
        // Both are on their way before the first is answered, in this order.
        self.run_alone(async {
            let (before, done) = tokio::join!(biased; self.client.batch_execute(&ahead), work);
            before?;
            done
        })
    }

    fn run_alone<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, ServerError> {
        if self.state.get() == State::Gone {
            return Err(ServerError::Silent);
        }
        let done = self.block_on(async {
            let mut work = pin!(work);
            let Some(patience) = self.patience.get() else {
                return Ok(work.await);
            };
            match timeout(patience, work.as_mut()).await {
                // It may have come while this process was paused.
                Err(_) => timeout(LAST_LOOK, work).await,
                done => done,
            }
        });
        self.noted(match done {
            Ok(Ok(done)) => done.map_err(ServerError::from),
            Ok(Err(_)) => Err(ServerError::Silent),
            Err(error) => Err(error),
        })
    }

    /// Remembers what an error does to the transaction.
    fn noted<T>(&self, done: Result<T, ServerError>) -> Result<T, ServerError> {
        match &done {
            Ok(_) => {}
            Err(ServerError::Refused { code, .. }) => {
                let code = SqlState::from_code(code);
                let beaten = [
                    SqlState::T_R_SERIALIZATION_FAILURE,
                    SqlState::T_R_DEADLOCK_DETECTED,
                ];
                self.state.set(match beaten.contains(&code) {
                    true => State::Beaten,
                    false if ENDS.contains(&code) || self.client.is_closed() => State::Gone,
                    false => State::Stuck,
                });
            }
            Err(ServerError::Protocol(_)) => self.state.set(State::Stuck),
            Err(_) => self.state.set(State::Gone),
        }
        done
    }

    fn block_on<T>(&self, work: impl Future<Output = T>) -> Result<T, ServerError> {
        let runtime = self.runtime.as_ref().ok_or(ServerError::Silent)?;
        Ok(runtime.block_on(work))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Waits for nothing, which is not allowed everywhere.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn references<'p>(params: &'p [Param<'_>]) -> Vec<&'p (dyn ToSql + Sync)> {
    params.iter().map(|it| it as &(dyn ToSql + Sync)).collect()
}
