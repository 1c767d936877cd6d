//! The way to the database is blocked, cut or slow.

use crate::engine::Engine;
use crate::load::{Calls, load};
use crate::nodes::{Node, administrator, license};
use crate::oracle::assert_once;
use crate::proxy::{Proxy, Way};
use crate::wire::{Said, health};
use crate::{alone, moment, rounds};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

const CALLERS: usize = 4;

const BOUND: Duration = Duration::from_secs(10);
const BUSY_MACHINE: Duration = Duration::from_secs(5);

/// Ten seconds in which nothing gets over, or no connection is there, for one node or for both.
#[test]
fn the_network_is_away_for_ten_seconds() {
    let _alone = alone();
    let engine = Engine::new();
    let proxies = [(); 2].map(|()| Proxy::to(engine.port));
    let nodes = proxies.each_ref().map(|proxy| Node::at(&proxy.address()));
    license(&engine.address());
    let caller = administrator(&nodes[0]);
    let addresses = nodes.each_ref().map(|node| node.address);
    for round in 0..rounds(3) {
        let way = match round % 3 {
            1 => Way::Cut,
            _ => Way::Blocked,
        };
        let hit = match round % 3 {
            2 => &proxies[..1],
            _ => &proxies[..],
        };
        let back = Mutex::new(Instant::now());
        let calls = load(&addresses, CALLERS, &caller, || {
            sleep(moment(round, 300, 900));
            hit.iter().for_each(|proxy| proxy.set(way));
            sleep(Duration::from_secs(10));
            hit.iter().for_each(|proxy| proxy.set(Way::Open));
            *back.lock().unwrap() = Instant::now();
            sleep(Duration::from_secs(5));
        });
        let back = back.into_inner().unwrap();
        let kept = assert_once(&calls, &engine.database(), &addresses, &caller);
        let slowest = calls.slowest(|_| true);
        let again = [0, 1].map(|node| {
            let again = calls.done_after(back, |it| it.node == node && it.is_save());
            again.unwrap_or(Duration::MAX)
        });
        println!("network, round {round}: {kept}; back after {again:?}, slowest {slowest:?}");
        println!("{}", calls.told());
        assert!(slowest < BOUND + BUSY_MACHINE, "{slowest:?}");
        let again = again.into_iter().max().unwrap();
        assert!(again < Duration::from_secs(4) + BUSY_MACHINE, "{again:?}");
    }
}

#[test]
fn a_node_behind_a_blocked_way_says_so_and_ends_in_time() {
    let _alone = alone();
    let engine = Engine::new();
    let proxy = Proxy::to(engine.port);
    let mut node = Node::at(&proxy.address());
    license(&engine.address());
    let caller = administrator(&node);
    let address = node.address;
    let calls = load(&[address], 20, &caller, || {
        sleep(Duration::from_secs(1));
        proxy.set(Way::Blocked);
        sleep(Duration::from_secs(1));
        let asked = Instant::now();
        assert_eq!(health(address), Some(503));
        println!("health after {:?}", asked.elapsed());
        assert!(asked.elapsed() < BOUND);
        node.signal("TERM");
        let told = Instant::now();
        assert_eq!(node.wait().code(), Some(0));
        println!("ended after {:?}", told.elapsed());
        assert!(told.elapsed() < BOUND + BUSY_MACHINE);
    });
    println!("{}", calls.told());
    proxy.set(Way::Open);
    let node = Node::at(&proxy.address());
    let kept = assert_once(&calls, &engine.database(), &[node.address], &caller);
    println!("{kept}");
}

#[test]
fn a_slow_database_makes_no_heap_of_those_who_wait() {
    const MANY: usize = 400;
    let _alone = alone();
    let engine = Engine::new();
    let proxy = Proxy::to(engine.port);
    let node = Node::at(&proxy.address());
    license(&engine.address());
    let caller = administrator(&node);
    let before = load(&[node.address], CALLERS, &caller, || {
        sleep(Duration::from_secs(1));
    });
    let (_, light) = node.weight();
    let mut most = (0, 0);
    proxy.set(Way::Slow(Duration::from_millis(100)));
    let calls = load(&[node.address], MANY, &caller, || {
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            sleep(Duration::from_millis(200));
            let (threads, memory) = node.weight();
            most = (most.0.max(threads), most.1.max(memory));
        }
    });
    proxy.set(Way::Open);
    let slowest = calls.slowest(|_| true);
    let (busy, others): (Vec<_>, Vec<_>) = { &calls.0 }
        .iter()
        .partition(|it| matches!(it.said, Said::Busy(_)));
    let told = busy.iter().map(|it| it.took).max().unwrap_or_default();
    println!(
        "slow: {} busy within {told:?}, {} others, slowest {slowest:?}, {} threads, {} KiB more",
        busy.len(),
        others.len(),
        most.0,
        most.1.saturating_sub(light)
    );
    println!("{}", calls.told());
    assert!(!busy.is_empty() && others.iter().any(|it| it.said.is_done()));
    assert!(slowest < 2 * BOUND + BUSY_MACHINE, "{slowest:?}");
    assert!(most.0 < 720, "{} threads", most.0);
    assert!(most.1 - light < 150 * 1024, "{} KiB", most.1 - light);
    let after = load(&[node.address], CALLERS, &caller, || {
        sleep(Duration::from_secs(2));
    });
    let rate = |calls: &Calls| calls.0.iter().filter(|it| it.said.is_done()).count();
    println!(
        "  {} calls in a second before, {} in two after",
        rate(&before),
        rate(&after)
    );
    assert!(rate(&after) >= rate(&before) / 2);
    for calls in [before, calls, after] {
        assert_once(&calls, &engine.database(), &[node.address], &caller);
    }
}
