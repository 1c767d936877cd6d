//! How attempts wait, are counted and are forgotten.

use super::*;

const HERE: [Key; 2] = [Key::Account(Alias(1)), Key::Address(Alias(1))];

fn fail(state: &mut State, keys: [Key; 2], times: u32, now: Instant) {
    for _ in 0..times {
        state.begin(keys, now);
        state.finish(keys, Outcome::Failed, now);
    }
}

fn wait(state: &mut State, keys: [Key; 2], now: Instant) -> Duration {
    match state.judge(keys, now) {
        Verdict::Now => Duration::ZERO,
        Verdict::After(wait) => wait,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_failures_are_free_and_then_the_wait_grows_to_its_limit() {
    let mut state = State::default();
    let mut now = Instant::now();
    let mut waits = Vec::new();
    for _ in 0..12 {
        let wait = wait(&mut state, HERE, now);
        waits.push(wait.as_millis());
        now += wait;
        fail(&mut state, HERE, 1, now);
    }
    assert_eq!(
        waits,
        [0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000]
    );
}

#[test]
fn success_forgives_the_account_and_time_forgives_all() {
    let mut state = State::default();
    let now = Instant::now();
    fail(&mut state, HERE, 5, now);
    assert_ne!(wait(&mut state, HERE, now), Duration::ZERO);
    state.begin(HERE, now);
    state.finish(HERE, Outcome::Succeeded, now);
    assert_eq!(wait(&mut state, HERE, now), Duration::ZERO);

    fail(&mut state, HERE, 15, now);
    assert_eq!(state.judge(HERE, now), Verdict::Refuse);
    let later = now + Duration::from_secs(6 * 60);
    assert_eq!(wait(&mut state, HERE, later), Duration::ZERO);
}

#[test]
fn an_address_that_tries_many_accounts_is_slowed_too() {
    let mut state = State::default();
    let mut now = Instant::now();
    for account in 0..ADDRESS.free {
        let keys = [Key::Account(Alias(account.into())), HERE[1]];
        assert_eq!(wait(&mut state, keys, now), Duration::ZERO);
        fail(&mut state, keys, 1, now);
    }
    let mut waits = Vec::new();
    for account in 100..110 {
        let keys = [Key::Account(Alias(account)), HERE[1]];
        let wait = wait(&mut state, keys, now);
        waits.push(wait.as_millis());
        now += wait;
        fail(&mut state, keys, 1, now);
    }
    assert_eq!(
        waits,
        [250, 500, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000]
    );
    let keys = [Key::Account(Alias(99)), Key::Address(Alias(2))];
    assert_eq!(wait(&mut state, keys, now), Duration::ZERO);
}

#[test]
fn attempts_under_way_count_until_they_succeed() {
    let mut state = State::default();
    let now = Instant::now();
    for _ in 0..ACCOUNT.free {
        assert_eq!(state.judge(HERE, now), Verdict::Now);
        state.begin(HERE, now);
    }
    assert_eq!(state.judge(HERE, now), Verdict::Later);
    state.finish(HERE, Outcome::Succeeded, now);
    assert_eq!(state.judge(HERE, now), Verdict::Now);
    state.begin(HERE, now);
    for _ in 0..ACCOUNT.free {
        state.finish(HERE, Outcome::Failed, now);
    }
    assert!(matches!(state.judge(HERE, now), Verdict::After(_)));
}

#[test]
fn waiting_attempts_queue_and_the_queue_ends() {
    let mut state = State::default();
    let now = Instant::now();
    fail(&mut state, HERE, 7, now);
    let mut admitted = 0;
    let mut last = Duration::ZERO;
    while let Verdict::After(wait) = state.judge(HERE, now) {
        assert!(wait > last);
        last = wait;
        state.begin(HERE, now);
        admitted += 1;
    }
    assert_eq!(state.judge(HERE, now), Verdict::Refuse);
    assert!((4..=16).contains(&admitted), "{admitted}");
}

#[test]
fn what_another_node_tells_counts_like_what_happens_here() {
    let now = Instant::now();
    let (mut here, mut there) = (State::default(), State::default());
    for times in 1..12 {
        fail(&mut here, HERE, 1, now);
        for key in HERE {
            there.hear(key, 1, now);
        }
        for key in HERE {
            let [one, other] = [&here, &there].map(|it| it.records[&key]);
            assert_eq!(one.failures, other.failures, "{times}");
            assert_eq!(one.next, other.next, "{times}");
        }
    }
    there.hear(HERE[0], 0, now);
    assert_eq!(there.records[&HERE[0]].failures, 0);
    there.hear(HERE[1], 0, now);
    assert_eq!(there.records[&HERE[1]].failures, 11);
    there.hear(Key::Account(Alias(5)), 0, now);
    assert_eq!(there.records.len(), 2, "of a success nothing is remembered");
}

#[test]
fn what_was_told_before_has_leaked_and_nobody_waits_for_ever() {
    let mut state = State::default();
    let start = Instant::now();
    let now = start + Duration::from_secs(130);
    state.hear(HERE[0], 1000, start);
    assert_eq!(state.records[&HERE[0]].pending, 0);
    assert_eq!(wait(&mut state, HERE, now), Duration::ZERO);
    assert_eq!(state.records[&HERE[0]].failures, 8);
    state.hear(HERE[0], 1000, now);
    assert_eq!(state.judge(HERE, now), Verdict::Refuse);
    let later = now + ACCOUNT.leak;
    assert_eq!(wait(&mut state, HERE, later), Duration::ZERO);
}

#[test]
fn memory_is_bounded_and_keeps_the_worst() {
    let mut state = State::default();
    let now = Instant::now();
    fail(&mut state, HERE, 9, now);
    for account in 0..25_000 {
        let keys = [Key::Account(Alias(account + 2)), HERE[1]];
        fail(&mut state, keys, 1, now);
    }
    assert!(state.records.len() <= KEYS);
    assert_eq!(state.records[&HERE[0]].failures, 9);
}

#[test]
fn one_network_of_ipv6_is_one_address() {
    let address = |text: &str| network(text.parse().expect("an address"));
    assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
    assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
    assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    assert_ne!(address("10.0.0.1"), address("10.0.0.2"));
}

#[test]
fn a_failing_account_waits_in_any_spelling_until_it_succeeds() {
    let throttle = Throttle::new(&News::alone());
    let address = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    let enter = |name| {
        let start = Instant::now();
        let attempt = throttle.enter(name, address).expect("admitted");
        (attempt, start.elapsed() >= Duration::from_millis(200))
    };
    for _ in 0..2 * ACCOUNT.free {
        drop(enter("someone"));
    }
    for _ in 0..ACCOUNT.free {
        let (attempt, waited) = enter("Someone");
        assert!(!waited);
        attempt.failed();
    }
    let (attempt, waited) = enter("someone");
    assert!(waited);
    attempt.succeeded();
    assert!(!enter("someone").1);
}
