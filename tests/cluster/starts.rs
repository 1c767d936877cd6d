//! Nodes start: several together at an empty database, and beside older and newer ones.

use crate::engine::Engine;
use crate::load::load;
use crate::nodes::{Node, administrator, command, license};
use crate::oracle::assert_once;
use crate::{alone, rounds};
use std::thread::sleep;
use std::time::Duration;

#[test]
fn nodes_that_start_together_make_one_installation() {
    let _alone = alone();
    for round in 0..rounds(1) {
        let engine = Engine::new();
        let address = engine.address();
        let nodes: Vec<_> = std::thread::scope(|scope| {
            let starting = [(); 4].map(|()| scope.spawn(|| Node::at(&address)));
            starting.map(|it| it.join().unwrap()).into_iter().collect()
        });
        license(&address);
        let database = engine.database();
        let one = "SELECT count(*) FROM associate WHERE name = 'admin'";
        assert_eq!(database.number(one), 1);
        assert_eq!(database.number("SELECT count(*) FROM installation"), 1);
        let caller = administrator(&nodes[0]);
        let addresses: Vec<_> = nodes.iter().map(|node| node.address).collect();
        let calls = load(&addresses, 1, &caller, || sleep(Duration::from_millis(700)));
        let kept = assert_once(&calls, &database, &addresses, &caller);
        println!("start, round {round}: {kept}");
        assert!(
            calls.0.iter().all(|it| it.said.is_done()),
            "{}",
            calls.told()
        );
    }
}

#[test]
fn an_older_release_leaves_a_newer_database_alone() {
    let _alone = alone();
    let engine = Engine::new();
    let node = Node::at(&engine.address());
    license(&engine.address());
    let caller = administrator(&node);
    let database = engine.database();
    let version = database.number("SELECT version FROM services88_schema");
    database.execute("UPDATE services88_schema SET version = version + 1");
    let folder = tempfile::tempdir().unwrap();
    let mut late = command(&["serve", "--listen", "127.0.0.1:0"], &engine.address());
    let late = late.arg("--data").arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&late.stderr).into_owned();
    assert_eq!(late.status.code(), Some(1), "{said}");
    for part in [
        format!("has version {}", version + 1),
        format!("no later one than {version}"),
    ] {
        assert!(said.contains(&part), "{said}");
    }
    // One that had started before goes on: migrations take nothing away.
    let calls = load(&[node.address], 2, &caller, || {
        sleep(Duration::from_millis(500));
    });
    assert!(
        calls.0.iter().all(|it| it.said.is_done()),
        "{}",
        calls.told()
    );
    assert_once(&calls, &database, &[node.address], &caller);
}
