//! A small disk of one's own: a tmpfs in a mount namespace, for which one has to be nobody special.
//! It goes with the process that holds it, and that goes with the test, however the test ends.

use crate::support::TestServer;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// With this set, as `.ci/run` has it, everything has to be tested.
const REQUIRED: &str = "SERVICES88_TEST_DISK";

/// Says, by a line that no setting hides, what cannot be tested on this system.
pub fn not_tested(what: &str) {
    assert!(std::env::var_os(REQUIRED).is_none(), "not tested: {what}");
    // The macros for this would be captured.
    let line = format!("\nNOT TESTED on this system: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Mounts, and then does what it is told in lines.
const HOLDER: &str = r#"
    mount -t tmpfs -o "size=$2,mode=0700" services88-test "$1" || exit 1
    echo ready
    while read -r line; do if eval "$line" >&2; then echo done; else echo failed; fi; done
"#;

pub struct Disk {
    holder: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Where it is for those inside. Outside, the folder stays empty.
    mount: tempfile::TempDir,
}

impl Disk {
    /// Makes one of a number of MiB; `None` where the system does not allow that.
    pub fn new(mebibytes: u32) -> Option<Self> {
        let disk = Self::try_new(mebibytes);
        if disk.is_none() {
            not_tested("a full disk and a read-only one: no mount namespace (unshare, nsenter)");
        }
        disk
    }

    fn try_new(mebibytes: u32) -> Option<Self> {
        let mount = tempfile::tempdir().unwrap();
        let mut holder = Command::new("unshare")
            .args([
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                HOLDER,
                "sh",
            ])
            .arg(mount.path())
            .arg(format!("{mebibytes}m"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let orders = holder.stdin.take();
        let answers = BufReader::new(holder.stdout.take()?);
        let mut disk = Self {
            holder,
            orders,
            answers,
            mount,
        };
        let is_ready = disk.answer() == "ready\n";
        let inside = is_ready
            && disk
                .command(Path::new("true"))
                .status()
                .is_ok_and(|it| it.success());
        inside.then_some(disk)
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line
    }

    /// Has a line of shell done inside, in which `$1` is the disk.
    #[track_caller]
    pub fn order(&mut self, line: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{line}").unwrap();
        assert_eq!(self.answer(), "done\n", "{line}");
    }

    /// A program to be run inside, in the same process.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--user", "--mount", "--preserve-credentials", "--target"])
            .arg(self.holder.id().to_string())
            .arg("--")
            .arg(program);
        command
    }

    /// The program inside, with its data on the disk.
    pub fn services88(&self, subcommand: &[&str]) -> Command {
        let plain = crate::support::services88(subcommand);
        let mut command = self.command(Path::new(plain.get_program()));
        for (name, _) in plain.get_envs() {
            command.env_remove(name);
        }
        command
            .args(plain.get_args())
            .arg("--data")
            .arg(self.mount.path());
        command
    }

    /// A server inside. What it logs goes to the disk, too.
    pub fn server(&self) -> TestServer {
        let command = self.services88(&["serve", "--listen", "127.0.0.1:0"]);
        TestServer::run(command, &self.folder())
    }

    /// Where something is for those inside.
    pub fn inside(&self, name: &str) -> PathBuf {
        self.mount.path().join(name)
    }

    /// Where it is for us.
    pub fn folder(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.mount.path().strip_prefix("/").unwrap())
    }

    /// Leaves no byte free.
    pub fn fill(&self) {
        let mut file = File::create(self.folder().join("filler")).unwrap();
        for size in [1 << 20, 4096, 1] {
            let piece = vec![b'x'; size];
            while file.write_all(&piece).is_ok() {}
        }
    }

    /// Makes room again.
    pub fn make_room(&self) {
        fs::remove_file(self.folder().join("filler")).unwrap();
    }

    /// A copy of a file outside.
    pub fn copy_out(&self, name: &str, target: &Path) {
        fs::copy(self.folder().join(name), target).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The end of its input is the end of the holder, and the last one out ends the mount.
        self.orders.take();
        let _ = self.holder.wait();
    }
}

/// A command whose writes beyond a limit fail with an error, where others would be killed.
pub fn without_the_signal_for_large_files(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}
