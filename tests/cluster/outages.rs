//! A node is killed or paused; the database is stopped or killed, and started again.

use crate::engine::Engine;
use crate::load::{Call, load};
use crate::nodes::{Node, administrator, two_at};
use crate::oracle::assert_once;
use crate::wire::Said;
use crate::{alone, moment, rounds};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

const CALLERS: usize = 4;

/// How long a call may take whatever happens, with what a busy machine may add.
const BOUND: Duration = Duration::from_secs(10);
const BUSY_MACHINE: Duration = Duration::from_secs(5);

#[test]
fn a_node_is_killed_and_the_other_goes_on() {
    let _alone = alone();
    let engine = Engine::new();
    let mut nodes = two_at(&engine.address());
    let mut slowest = Duration::ZERO;
    for round in 0..rounds(2) {
        let caller = administrator(&nodes[0]);
        let addresses = nodes.each_ref().map(|node| node.address);
        let victim = usize::try_from(round % 2).unwrap();
        let killed = Mutex::new(Instant::now());
        let calls = load(&addresses, CALLERS, &caller, || {
            sleep(moment(round, 300, 900));
            *killed.lock().unwrap() = Instant::now();
            nodes[victim].kill();
            sleep(Duration::from_millis(1500));
        });
        nodes[victim].wait();
        let killed = killed.into_inner().unwrap();
        let other = 1 - victim;
        let of_other = |call: &Call| call.node == other && call.is_save();
        let back = calls.done_after(killed, of_other).unwrap();
        slowest = slowest.max(back);
        let declined = calls
            .0
            .iter()
            .find(|it| it.node == other && !it.said.is_done());
        assert!(declined.is_none(), "{declined:?}");
        nodes[victim] = Node::at(&engine.address());
        let addresses = nodes.each_ref().map(|node| node.address);
        let kept = assert_once(&calls, &engine.database(), &addresses, &caller);
        println!("kill, round {round}: {kept}; the other saves after {back:?}");
    }
    assert!(
        slowest < Duration::from_secs(2) + BUSY_MACHINE,
        "{slowest:?}"
    );
}

#[test]
fn the_database_is_stopped_or_killed_and_started_again() {
    let _alone = alone();
    let engine = Engine::new();
    let nodes = two_at(&engine.address());
    let caller = administrator(&nodes[0]);
    let addresses = nodes.each_ref().map(|node| node.address);
    for round in 0..rounds(3) {
        let back = Mutex::new(Instant::now());
        let calls = load(&addresses, CALLERS, &caller, || {
            sleep(moment(round, 300, 900));
            match round % 3 {
                0 => engine.stop(),
                1 => engine.kill(true),
                _ => engine.kill(false),
            }
            sleep(moment(round, 100, 4000));
            engine.start();
            *back.lock().unwrap() = Instant::now();
            sleep(Duration::from_secs(4));
        });
        let back = back.into_inner().unwrap();
        let kept = assert_once(&calls, &engine.database(), &addresses, &caller);
        let slowest = calls.slowest(|_| true);
        let again = [0, 1].map(|node| {
            [true, false].map(|save| {
                calls
                    .done_after(back, |it| it.node == node && it.is_save() == save)
                    .unwrap_or(Duration::MAX)
            })
        });
        println!("restart, round {round}: {kept}; back after {again:?}, slowest {slowest:?}");
        println!("{}", calls.told());
        assert!(slowest < BOUND + BUSY_MACHINE, "{slowest:?}");
        let again = again.as_flattened().iter().max().unwrap();
        assert!(*again < Duration::from_secs(3) + BUSY_MACHINE, "{again:?}");
    }
}

#[test]
fn nodes_without_a_database_say_so_and_end_in_time() {
    let _alone = alone();
    let engine = Engine::new();
    let mut nodes = two_at(&engine.address());
    let caller = administrator(&nodes[0]);
    let addresses = nodes.each_ref().map(|node| node.address);
    let calls = load(&addresses, 30, &caller, || {
        sleep(Duration::from_millis(1500));
        engine.stop();
        sleep(Duration::from_secs(2));
        for node in &addresses {
            let asked = Instant::now();
            assert_eq!(crate::wire::health(*node), Some(503));
            let took = asked.elapsed();
            println!("health after {took:?}, {:?}", nodes[0].weight());
            assert!(took < BUSY_MACHINE, "{took:?}");
        }
        for node in &nodes {
            node.signal("TERM");
        }
        let told = Instant::now();
        for node in &mut nodes {
            assert_eq!(node.wait().code(), Some(0));
        }
        let took = told.elapsed();
        println!("ended after {took:?}");
        assert!(took < BOUND + BUSY_MACHINE, "{took:?}");
    });
    let slowest = calls.slowest(|_| true);
    println!("without: slowest {slowest:?} {}", calls.told());
    assert!(slowest < BOUND + BUSY_MACHINE, "{slowest:?}");
    engine.start();
    let nodes = [(); 2].map(|()| Node::at(&engine.address()));
    let addresses = nodes.each_ref().map(|node| node.address);
    println!(
        "{}",
        assert_once(&calls, &engine.database(), &addresses, &caller)
    );
}

/// It may have the turn to write when it is paused, and finds itself without it afterwards.
#[test]
fn a_node_is_paused_and_goes_on() {
    let _alone = alone();
    let engine = Engine::new();
    let nodes = two_at(&engine.address());
    let caller = administrator(&nodes[0]);
    let addresses = nodes.each_ref().map(|node| node.address);
    let mut held = 0;
    for round in 0..rounds(1) {
        let paused = Mutex::new(Instant::now());
        let calls = load(&addresses, CALLERS, &caller, || {
            // Only a pause in the middle of a transaction is of interest.
            for attempt in 0..40 {
                sleep(moment(round * 100 + attempt, 10, 60));
                nodes[0].signal("STOP");
                *paused.lock().unwrap() = Instant::now();
                let holding = "SELECT count(*) FROM pg_stat_activity
                    WHERE state = 'idle in transaction' AND application_name = 'services88'
                    AND state_change < clock_timestamp() - interval '120 milliseconds'";
                sleep(Duration::from_millis(150));
                if engine.database().number(holding) > 0 || attempt == 39 {
                    break;
                }
                nodes[0].signal("CONT");
            }
            sleep(Duration::from_secs(13));
            nodes[0].signal("CONT");
            sleep(Duration::from_secs(2));
        });
        let paused = paused.into_inner().unwrap();
        let back = calls.done_after(paused, |it| it.node == 1 && it.is_save());
        let back = back.unwrap();
        held += usize::from(back > Duration::from_secs(2));
        let kept = assert_once(&calls, &engine.database(), &addresses, &caller);
        println!("pause, round {round}: {kept}; the other saves after {back:?}");
        println!("{}", calls.told());
        assert!(back < Duration::from_secs(12) + BUSY_MACHINE, "{back:?}");
        let other = calls.slowest(|it| it.node == 1);
        assert!(other < BOUND + BUSY_MACHINE, "{other:?}");
        assert!(calls.0.iter().all(|it| it.said != Said::Silence));
    }
    println!("{held} pauses held the turn");
}
