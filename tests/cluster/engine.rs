//! PostgreSQL servers that are there for one test: made, stopped, killed, started again, followed by
//! a standby. They wait for their disk, as they do elsewhere.

use crate::support::Database;
use std::fmt::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server. It is stopped when it is dropped.
pub struct Engine {
    folder: TempDir,
    pub port: u16,
}

impl Engine {
    /// A new one.
    pub fn new() -> Self {
        let engine = Self::at_a_free_port();
        let options = ["-U", "services88", "-E", "UTF8", "--locale=C.UTF-8"];
        let data = engine.data();
        engine.run("initdb", |it| {
            it.args(options)
                .args(["-A", "trust", "--no-sync", "-D"])
                .arg(&data)
        });
        engine.configure("max_connections = 200\nshared_buffers = 32MB\n");
        engine.start();
        engine
    }

    /// A copy that follows another one, which waits for it with each commit from now on.
    pub fn standby_of(primary: &Self) -> Self {
        let engine = Self::at_a_free_port();
        let source = format!("{} application_name=standby", primary.address());
        let source = source.replace(" application_name", "?application_name");
        let data = engine.data();
        engine.run("pg_basebackup", |it| {
            it.args(["-R", "-X", "stream", "-c", "fast", "-d", &source, "-D"])
                .arg(&data)
        });
        engine.configure("");
        engine.start();
        primary.configure("synchronous_standby_names = 'standby'\n");
        primary.database().rows("SELECT pg_reload_conf()");
        let end = Instant::now() + PATIENCE;
        let state = "SELECT sync_state FROM pg_stat_replication";
        while primary.database().column(state) != ["sync"] {
            assert!(Instant::now() < end, "no standby follows");
            std::thread::sleep(Duration::from_millis(50));
        }
        engine
    }

    fn at_a_free_port() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            let owned = Command::new("chown")
                .arg("postgres")
                .arg(folder.path())
                .status();
            assert!(owned.unwrap().success());
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
        Self {
            folder,
            port: port.unwrap().port(),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Adds settings; of two with one name the last counts.
    fn configure(&self, more: &str) {
        let path = self.data().join("postgresql.conf");
        let mut settings = std::fs::read_to_string(&path).unwrap();
        let folder = self.folder.path().display();
        writeln!(
            settings,
            "port = {}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\n{more}",
            self.port
        )
        .unwrap();
        std::fs::write(path, settings).unwrap();
    }

    /// Where nodes find it.
    pub fn address(&self) -> String {
        format!("postgres://services88@127.0.0.1:{}/postgres", self.port)
    }

    pub fn database(&self) -> Database {
        Database::Server(self.address())
    }

    /// Starts it, and waits until it takes connections. What is left of one that was killed may be
    /// in the way for a moment.
    pub fn start(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.control(&["start", "-w", "-t", "20"]) {
            let log = std::fs::read_to_string(self.folder.path().join("log"));
            assert!(Instant::now() < end, "{}", log.unwrap_or_default());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Stops it on the spot, without tidying up.
    pub fn stop(&self) {
        self.control(&["stop", "-m", "immediate"]);
    }

    /// Makes a standby the one that is written to.
    pub fn promote(&self) {
        assert!(self.control(&["promote", "-w", "-t", "20"]));
    }

    /// Kills its first process only, which the others notice, or all of them at once.
    pub fn kill(&self, all: bool) {
        self.signal("-KILL", all);
    }

    /// Has all of its processes stand still, while the system still takes connections for it.
    pub fn hang(&self) {
        self.signal("-STOP", true);
    }

    fn signal(&self, signal: &str, all: bool) {
        let pid = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        let mut victims = vec![pid.clone()];
        if all {
            victims.extend(children(&pid));
        }
        // Some of them may end meanwhile.
        let _ = Command::new("kill")
            .arg(signal)
            .args(&victims)
            .stderr(Stdio::null())
            .status();
    }

    fn control(&self, what: &[&str]) -> bool {
        let mut command = self.program("pg_ctl");
        command.arg("-D").arg(self.data());
        command.arg("-l").arg(self.folder.path().join("log"));
        let done = command.args(what).status();
        done.unwrap().success()
    }

    fn run(&self, name: &str, with: impl FnOnce(&mut Command) -> &mut Command) {
        let mut command = self.program(name);
        let done = with(&mut command).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{name}: {said}");
    }

    /// One of PostgreSQL's programs, as somebody who may run it.
    fn program(&self, name: &str) -> Command {
        let found = std::fs::read_dir("/usr/lib/postgresql").ok();
        let mut versions: Vec<_> = found.into_iter().flatten().flatten().collect();
        versions.sort_by_key(std::fs::DirEntry::file_name);
        let path = versions
            .last()
            .map(|it| it.path().join("bin").join(name))
            .filter(|it| it.exists());
        let path = path.unwrap_or_else(|| Path::new(name).to_owned());
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            }
            false => Command::new(path),
        };
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It may stand still.
        if self.data().join("postmaster.pid").exists() {
            self.signal("-CONT", true);
        }
        self.stop();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
}

/// The processes that a process has started.
fn children(parent: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|it| it.file_name().into_string().ok());
    ids.filter(|id| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // Behind the name, which may hold anything, come the state and the parent.
        let rest = stat.rsplit_once(')').map(|(_, rest)| rest);
        rest.and_then(|it| it.split_whitespace().nth(1)) == Some(parent)
    })
    .collect()
}
