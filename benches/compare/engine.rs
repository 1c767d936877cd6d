//! A PostgreSQL of its own, and pgbench, which runs there what the program runs there.

use crate::script;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// As on a server that must lose nothing: its defaults, and some memory.
const SETTINGS: &str = "shared_buffers=256MB max_wal_size=4GB";

/// A PostgreSQL. It is thrown away when it is dropped.
pub struct Engine {
    process: Child,
    pub address: String,
    log: PathBuf,
}

impl Engine {
    /// Starts one; says why there is none.
    pub fn start() -> Result<Self, String> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let tell = "echo \"$SERVICES88_TEST_DATABASE\"; echo \"$SERVICES88_TEST_CLUSTER\"; cat";
        let process = Command::new(root.join("tests/postgres/with"))
            .args(["sh", "-c", tell])
            .env("POSTGRES_SETTINGS", SETTINGS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = process.map_err(|error| error.to_string())?;
        let out = BufReader::new(process.stdout.take().expect("its output"));
        let mut lines = out.lines().map_while(Result::ok);
        let (Some(address), Some(data)) = (lines.next(), lines.next()) else {
            return Err("PostgreSQL cannot be had".to_owned());
        };
        if pgbench().arg("--version").output().is_err() {
            return Err("pgbench is missing".to_owned());
        }
        let log = PathBuf::from(data).with_file_name("log");
        Ok(Self {
            process,
            address,
            log,
        })
    }

    /// Runs statements.
    pub fn run(&self, sql: &str) -> Vec<SimpleQueryMessage> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.address, NoTls)
                .await
                .expect("a connection");
            tokio::spawn(connection);
            client.simple_query(sql).await.expect("done")
        })
    }

    /// The statements that something runs, with their values.
    pub fn record(&self, something: impl FnOnce()) -> Vec<script::Statement> {
        self.run("ALTER SYSTEM SET log_statement = 'all'");
        self.run("SELECT pg_reload_conf()");
        std::thread::sleep(Duration::from_millis(500));
        let before = self.logged().len();
        something();
        std::thread::sleep(Duration::from_millis(500));
        let after = self.logged();
        self.run("ALTER SYSTEM SET log_statement = 'none'");
        self.run("SELECT pg_reload_conf()");
        script::statements(&after[before..])
    }

    fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log")
    }

    /// Runs a script from so many connections for a while; how often in a second.
    pub fn pace(&self, script: &str, connections: usize, time: Duration) -> f64 {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), script).expect("written");
        let seconds = time.as_secs_f64().ceil().to_string();
        let connections = connections.to_string();
        let done = pgbench()
            .args(["-n", "-M", "prepared", "-j", "2"])
            .args(["-c", &connections, "-T", &seconds, "-f"])
            .arg(file.path())
            .arg(&self.address)
            .output()
            .expect("pgbench");
        let told = String::from_utf8_lossy(&done.stdout);
        let pace = told.lines().find_map(|line| {
            let (pace, _) = line.strip_prefix("tps = ")?.split_once(' ')?;
            pace.parse().ok()
        });
        pace.unwrap_or_else(|| panic!("{done:?}\n{script}"))
    }
}

fn pgbench() -> Command {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let installed = installed
        .filter_map(Result::ok)
        .map(|version| version.path().join("bin/pgbench"));
    Command::new(installed.last().unwrap_or_else(|| "pgbench".into()))
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It ends when it has nothing more to read.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
