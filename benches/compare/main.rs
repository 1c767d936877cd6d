//! What a call costs, beside what it cannot cost less than and beside other programs, measured
//! in the same run: `benches/run`. Results go to the standard output, and those of a full run to
//! `docs/performance.md`.

// A measurement that cannot be made should end the program.
#![allow(clippy::expect_used, clippy::panic)]

mod arguments;
mod bare;
mod calls;
mod ceiling;
mod client;
mod cluster;
mod codec;
mod engine;
mod envelopes;
mod exchange;
mod load;
mod machine;
mod marks;
mod memory;
mod messages;
mod page;
mod peers;
mod people;
mod process;
mod report;
mod results;
mod rows;
mod saving;
mod scale;
mod script;
mod usage;

use arguments::Arguments;
use cluster::Cluster;
use codec::Codec;
use exchange::Exchange;
use peers::Peers;
use results::Results;
use saving::Saving;
use scale::Scale;
use std::time::{Duration, Instant};

fn main() {
    if std::env::args().any(|argument| argument == bare::MODE) {
        return bare::serve();
    }
    let arguments = Arguments::read();
    process::raise_file_limit(memory::IDLE);
    match arguments.soak {
        Some(minutes) => memory::soak(minutes),
        None => compare(&arguments),
    }
}

fn compare(arguments: &Arguments) {
    let start = Instant::now();
    let machine = machine::description();
    let mut results = Results::default();
    if arguments.wants("memory") {
        memory::measure(arguments.slice, &mut results);
    }
    let parts = Parts::prepare(arguments);
    for round in 0..=arguments.rounds {
        eprintln!(
            "round {round} of {}, {:.0} s",
            arguments.rounds,
            start.elapsed().as_secs_f64()
        );
        if round == 0 {
            // Not counted: programs and caches get warm.
            parts.round(arguments.slice / 2, &mut Results::default());
        } else {
            parts.round(arguments.slice, &mut results);
        }
    }
    let report = parts.report(&machine, arguments, &results, start.elapsed());
    println!("{report}");
    if arguments.only.is_none() {
        report::write(&report);
    }
}

/// What is measured in every round.
struct Parts {
    codec: Option<Codec>,
    calls: Option<Exchange>,
    saving: Option<Saving>,
    peers: Option<Peers>,
    scale: Option<Scale>,
    cluster: Option<Result<Cluster, String>>,
}

impl Parts {
    fn prepare(arguments: &Arguments) -> Self {
        Self {
            codec: arguments.wants("codec").then(Codec::new),
            calls: arguments.wants("calls").then(Exchange::new),
            saving: arguments.wants("saving").then(Saving::new),
            peers: arguments
                .wants("peers")
                .then(|| Peers::new(arguments.install)),
            scale: arguments
                .wants("scale")
                .then(|| Scale::new(&arguments.sizes)),
            cluster: arguments.wants("cluster").then(Cluster::new),
        }
    }

    fn round(&self, time: Duration, results: &mut Results) {
        if let Some(codec) = &self.codec {
            codec.round(time, results);
        }
        if let Some(calls) = &self.calls {
            calls.round(time, results);
        }
        if let Some(saving) = &self.saving {
            saving.round(time, results);
        }
        if let Some(peers) = &self.peers {
            peers.round(time, results);
        }
        if let Some(scale) = &self.scale {
            scale.round(time, results);
        }
        if let Some(Ok(cluster)) = &self.cluster {
            cluster.round(time, results);
        }
    }

    fn report(
        &self,
        machine: &[String],
        arguments: &Arguments,
        results: &Results,
        taken: Duration,
    ) -> String {
        let mut report = String::new();
        for line in machine {
            report += &format!("- {line}\n");
        }
        let (rounds, minutes) = (arguments.rounds, taken.as_secs_f64() / 60.0);
        report += &format!("- {rounds} rounds, {minutes:.1} minutes\n");
        if let Some(peers) = &self.peers {
            for (name, reason) in peers.absent() {
                report += &format!("- {name} is not measured: {reason}\n");
            }
        }
        report::aims(&mut report, results);
        let stored = self.saving.iter().flat_map(Saving::calls);
        let calls = self.calls.iter().flat_map(Exchange::calls).chain(stored);
        report::calls(&mut report, results, &calls.collect::<Vec<_>>());
        report::codec(&mut report, results);
        report::saving(&mut report, results);
        if let Some(saving) = &self.saving {
            let (added, changed) = saving.rows();
            report += &format!("\nA user adds {added} rows and changes {changed}.\n");
        }
        if let Some(peers) = &self.peers {
            report::peers(&mut report, results, peers.present());
        }
        if self.scale.is_some() {
            report::scale(&mut report, results, &arguments.sizes);
        }
        match &self.cluster {
            Some(Ok(_)) => report::cluster(&mut report, results),
            Some(Err(reason)) => report += &format!("\nNodes are not measured: {reason}\n"),
            None => {}
        }
        if arguments.wants("memory") {
            report::memory(&mut report, results);
        }
        report
    }
}
