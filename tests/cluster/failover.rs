//! The database's machine is lost, and its standby takes its place.

use crate::engine::Engine;
use crate::load::load;
use crate::nodes::{Node, administrator, license};
use crate::oracle::assert_once;
use crate::{alone, moment, rounds};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

const CALLERS: usize = 4;

#[test]
fn a_standby_takes_over_and_nothing_is_lost() {
    let _alone = alone();
    for round in 0..rounds(2) {
        let primary = Engine::new();
        let standby = Engine::standby_of(&primary);
        let address = format!(
            "postgres://services88@127.0.0.1:{},127.0.0.1:{}/postgres",
            primary.port, standby.port
        );
        let nodes = [(); 2].map(|()| Node::at(&address));
        license(&primary.address());
        let caller = administrator(&nodes[0]);
        let addresses = nodes.each_ref().map(|node| node.address);
        let promoted = Mutex::new(Instant::now());
        let calls = load(&addresses, CALLERS, &caller, || {
            sleep(moment(round, 500, 1500));
            match round % 2 {
                0 => primary.kill(true),
                _ => primary.hang(),
            }
            sleep(moment(round, 100, 2000));
            standby.promote();
            *promoted.lock().unwrap() = Instant::now();
            // Whoever hangs is waited for.
            sleep(Duration::from_secs(5 + 15 * (round % 2)));
        });
        let promoted = promoted.into_inner().unwrap();
        let kept = assert_once(&calls, &standby.database(), &addresses, &caller);
        let again = [0, 1].map(|node| {
            let again = calls.done_after(promoted, |it| it.node == node && it.is_save());
            again.unwrap_or(Duration::MAX)
        });
        let slowest = calls.slowest(|_| true);
        println!("fail-over, round {round}: {kept}; back after {again:?}, slowest {slowest:?}");
        println!("{}", calls.told());
        let again = again.into_iter().max().unwrap();
        let bound = Duration::from_secs(8 + 12 * (round % 2));
        assert!(again < bound, "{again:?}");
        assert!(slowest < Duration::from_secs(15), "{slowest:?}");
    }
}

/// Commits wait for it as long as it is away, and are not made twice.
#[test]
fn a_standby_is_away_for_a_while() {
    let _alone = alone();
    let primary = Engine::new();
    let standby = Engine::standby_of(&primary);
    let nodes = [(); 2].map(|()| Node::at(&primary.address()));
    license(&primary.address());
    let caller = administrator(&nodes[0]);
    let addresses = nodes.each_ref().map(|node| node.address);
    let back = Mutex::new(Instant::now());
    let calls = load(&addresses, CALLERS, &caller, || {
        sleep(Duration::from_millis(700));
        standby.kill(true);
        sleep(Duration::from_secs(14));
        standby.start();
        *back.lock().unwrap() = Instant::now();
        sleep(Duration::from_secs(8));
    });
    let back = back.into_inner().unwrap();
    let kept = assert_once(&calls, &primary.database(), &addresses, &caller);
    let again = [0, 1].map(|node| {
        let again = calls.done_after(back, |it| it.node == node && it.is_save());
        again.unwrap_or(Duration::MAX)
    });
    let slowest = calls.slowest(|_| true);
    println!("no standby: {kept}; back after {again:?}, slowest {slowest:?}");
    println!("{}", calls.told());
    assert!(slowest < Duration::from_secs(15), "{slowest:?}");
    assert!(again.into_iter().max().unwrap() < Duration::from_secs(8));
}
