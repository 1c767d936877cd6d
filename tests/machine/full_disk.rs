//! A disk without room, one that fails, and one that cannot be written to.

use crate::disk::{Disk, not_tested, without_the_signal_for_large_files};
use crate::load::{
    Save, administrator, assert_all_kept, assert_logs_in, assert_sound, log_in, save, save_all,
};
use crate::support::{PASSWORD, TestServer, eventually, services88};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const CALLERS: usize = 4;
/// Saves that are to be declined before there is room again.
const DECLINED: usize = 20;

/// Lets callers save users while the disk becomes unusable and usable again. Each of them is
/// answered, with a result or an exception, and whoever reads notices nothing.
fn trouble(
    server: &mut TestServer,
    hinder: impl Fn(),
    relieve: impl Fn(),
    message: &str,
) -> Vec<Save> {
    let caller = administrator(server);
    let connect = |count: usize| (0..count).map(|_| server.connect()).collect();
    let mut saves = save_all(connect(CALLERS), &caller, |_, count| count >= 16, || {});
    assert_eq!(saves.iter().find_map(Save::declined), None);

    let hindered = AtomicBool::new(false);
    let declined = std::sync::atomic::AtomicUsize::new(0);
    let end = Instant::now() + Duration::from_secs(60);
    let during = save_all(
        connect(CALLERS),
        &caller,
        |save, _| {
            if save.declined().is_some() {
                declined.fetch_add(1, Ordering::Relaxed);
            }
            assert!(Instant::now() < end, "everything is stored");
            hindered.load(Ordering::Relaxed) && declined.load(Ordering::Relaxed) >= DECLINED
        },
        || {
            std::thread::sleep(Duration::from_millis(100));
            hinder();
            hindered.store(true, Ordering::Relaxed);
        },
    );
    assert!(
        during.iter().all(|save| save.answer.is_some()),
        "a call went unanswered"
    );
    for (class, said) in during.iter().filter_map(Save::declined) {
        assert_eq!(class, "SoDbAccessException");
        assert!(
            said.contains(message) || said.contains("could not do its work"),
            "{said}"
        );
    }
    let told = during.iter().filter_map(Save::declined);
    assert!(told.filter(|(_, said)| said.contains(message)).count() > 0);
    saves.extend(during);

    // Reading needs no room.
    let found = assert_all_kept(server, &caller, &saves);
    assert_eq!(found.unacknowledged, 0);
    assert!(found.absent >= DECLINED);
    assert_eq!(server.get("/healthz", &[]).status, 200);
    let refused = log_in(server, "admin", PASSWORD).exception.unwrap();
    assert_eq!(refused.class, "SoDbAccessException");

    relieve();
    let relieved = Instant::now();
    eventually("saves are taken again", || {
        save(&mut server.connect(), &caller)
            .acknowledged()
            .is_some()
    });
    println!(
        "{found:?}; back {:?} after the cause was gone",
        relieved.elapsed()
    );
    assert_logs_in(server, &saves);
    saves.push(save(&mut server.connect(), &caller));
    assert_eq!(saves.last().and_then(Save::declined), None);
    saves
}

#[test]
fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() {
    let Some(disk) = Disk::new(12) else { return };
    let mut server = disk.server();
    let saves = trouble(
        &mut server,
        || disk.fill(),
        || disk.make_room(),
        "disk is full",
    );
    let caller = administrator(&server);

    // Killed while there is no room, it comes back and can be read, or says why not.
    disk.fill();
    server.kill();
    server.wait();
    let full = disk.services88(&["user", "list"]).output().unwrap();
    let said = String::from_utf8(full.stderr).unwrap();
    println!("on a full disk: {:?} {said}", full.status.code());
    if !full.status.success() {
        assert!(said.contains("full"), "{said}");
    }
    disk.make_room();
    let mut server = disk.server();
    assert_all_kept(&server, &caller, &saves);
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    let outside = tempfile::tempdir().unwrap();
    let copy = outside.path().join("copy.db");
    disk.copy_out("services88.db", &copy);
    assert_sound(&copy);
}

#[test]
fn a_disk_that_fails_to_write_is_told_and_nothing_acknowledged_is_lost() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        return not_tested("a disk that fails: no prlimit");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = services88(&["serve", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(folder.path());
    let command = without_the_signal_for_large_files(&command);
    let mut server = TestServer::run(command, folder.path());
    let process = server.pid().to_string();
    // The limit counts for every write of the program to any file.
    let limit = |size: &str| {
        let done = Command::new("prlimit")
            .args(["--pid", &process, &format!("--fsize={size}:")])
            .status();
        assert!(done.unwrap().success());
    };
    let (hinder, relieve) = (|| limit("0"), || limit("unlimited"));
    let saves = trouble(&mut server, hinder, relieve, "could not do its work");
    let caller = administrator(&server);
    server.kill();
    server.wait();
    assert_sound(&folder.path().join("services88.db"));
    let server = TestServer::on(folder.path(), &[]);
    assert_all_kept(&server, &caller, &saves);
}

#[test]
fn a_start_without_room_or_without_leave_to_write_says_so() {
    let Some(mut disk) = Disk::new(4) else { return };
    disk.fill();
    let fails = |disk: &Disk, expected: &str| {
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let done = disk.services88(&serve).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(
            said.contains("services88.db") && said.contains(expected),
            "{said}"
        );
        println!("{said}");
    };
    fails(&disk, "full");
    assert!(!disk.folder().join("services88.db").exists());
    disk.make_room();
    let mut server = disk.server();
    let caller = administrator(&server);
    let saves = [save(&mut server.connect(), &caller)];
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    let before = std::fs::read(disk.folder().join("services88.db")).unwrap();

    // The file alone, and then everything.
    let file = "\"$1/services88.db\"";
    disk.order(&format!(
        "mount --bind {file} {file} && mount -o remount,ro,bind {file}"
    ));
    fails(&disk, "cannot be written to");
    disk.order(&format!("umount {file} && mount -o remount,ro \"$1\""));
    fails(&disk, "cannot be");
    disk.order("mount -o remount,rw \"$1\"");
    assert!(before == std::fs::read(disk.folder().join("services88.db")).unwrap());
    assert_all_kept(&disk.server(), &caller, &saves);
}
