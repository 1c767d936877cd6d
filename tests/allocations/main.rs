//! How often a request takes memory: no more than a bound for each, and no more the longer the
//! server runs. Alone in its program, since everything in it is counted.

#![cfg(test)]

#[path = "../../benches/compare/envelopes.rs"]
mod envelopes;
#[path = "../../benches/instructions/office.rs"]
mod office;

use office::Office;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often each piece of work is done before it is counted, and for each of two counts.
const WARM: usize = 30;
const COUNTED: usize = 60;

/// How often memory is taken or moved, at most: to read an envelope, and for whole requests.
const BOUNDS: [(&str, usize); 10] = [
    ("read SaveUser, as printed", 19),
    ("read SaveUser, filled", 70),
    ("GetAccessGatewayInfo", 13),
    ("RegisterWithAccessGateway, same URI", 26),
    ("GetUser", 58),
    ("GetUser with a ticket that is not good", 23),
    ("ChangeUserType to the same, as printed", 56),
    ("ChangeUserType to the same, filled", 107),
    ("SaveUser, as printed", 115),
    ("SaveUser, filled", 218),
];

/// How often a piece of work takes or moves memory when it is done for a while, and afterwards.
struct Taken {
    name: &'static str,
    first: usize,
    then: usize,
}

impl Taken {
    fn by(name: &'static str, mut work: impl FnMut()) -> Self {
        (0..WARM).for_each(|_| work());
        let mut mean = || {
            let region = Region::new(GLOBAL);
            (0..COUNTED).for_each(|_| work());
            let change = region.change();
            (change.allocations + change.reallocations).div_ceil(COUNTED)
        };
        Self {
            name,
            first: mean(),
            then: mean(),
        }
    }
}

#[test]
fn requests_take_memory_seldom_and_no_more_with_time() {
    let printed = envelopes::printed("SaveUser", "7T:any");
    let filled = envelopes::fill(&printed);
    let mut all = vec![
        Taken::by("read SaveUser, as printed", || {
            drop(envelopes::user(&printed));
        }),
        Taken::by("read SaveUser, filled", || drop(envelopes::user(&filled))),
    ];
    let (mut office, calls) = Office::open();
    for mut call in calls {
        all.push(Taken::by(call.name, || office.send(&mut call)));
    }
    for Taken { name, first, then } in &all {
        println!("{name:<45} {first:>6} {then:>6}");
    }
    for (Taken { name, first, then }, (bounded, bound)) in all.iter().zip(BOUNDS) {
        assert_eq!(*name, bounded);
        assert!(*first <= bound, "{name}: {first}, and not {bound} or fewer");
        // Which thread goes on first makes a difference of one or two.
        let allowed = first + first / 20 + 2;
        assert!(*then <= allowed, "{name}: {first}, then {then}");
    }
    assert_eq!(all.len(), BOUNDS.len());
}
