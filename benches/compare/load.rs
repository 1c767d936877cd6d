//! Many connections that send one request after the other, on one thread.

use crate::client::{beginning, extent};
use crate::messages::{Message, Numbers};
use crate::process::Server;
use memchr::memmem::Finder;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// Requests that are sent to a server.
pub struct Traffic<'a> {
    pub server: &'a Server,
    pub message: &'a Message,
    /// Where the numbers in the message come from.
    pub numbers: &'a Numbers,
    /// What every answer contains, so that no error is taken for an answer.
    pub expected: &'a str,
    pub connections: usize,
}

/// What came of them.
pub struct Sample {
    /// Requests in a second.
    pub rate: f64,
    /// Seconds of processors that the server took for 1,000 requests.
    pub cpu: f64,
}

impl Traffic<'_> {
    /// Sends the request again and again on all connections for a while.
    pub fn run(&self, time: Duration) -> Sample {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .expect("a runtime");
        LocalSet::new().block_on(&runtime, async {
            let mut streams = Vec::new();
            for _ in 0..self.connections {
                let stream = TcpStream::connect(self.server.address).await;
                let stream = stream.expect("a connection");
                stream.set_nodelay(true).expect("no delay");
                streams.push(stream);
            }
            let before = self.server.cpu();
            let start = Instant::now();
            let end = start + time;
            let calls = streams.into_iter().map(|stream| {
                let (message, numbers) = (self.message.clone(), self.numbers.clone());
                let expected = Finder::new(self.expected).into_owned();
                let call = one_after_the_other(stream, message, numbers, expected, end);
                tokio::task::spawn_local(call)
            });
            let mut requests = 0;
            for call in calls.collect::<Vec<_>>() {
                requests += call.await.expect("all requests answered");
            }
            let (requests, taken) = (f64::from(requests), start.elapsed());
            let cpu = self.server.cpu() - before;
            Sample {
                rate: requests / taken.as_secs_f64(),
                cpu: cpu.as_secs_f64() / requests * 1e3,
            }
        })
    }
}

async fn one_after_the_other(
    mut stream: TcpStream,
    mut message: Message,
    numbers: Numbers,
    expected: Finder<'static>,
    end: Instant,
) -> u32 {
    let mut answer = Vec::with_capacity(256 * 1024);
    let mut requests = 0;
    while Instant::now() < end {
        message.renumber(&numbers);
        stream.write_all(message.bytes()).await.expect("sent");
        answer.clear();
        let mut found = None;
        let body = loop {
            let read = stream.read_buf(&mut answer).await.expect("an answer");
            assert!(read > 0, "the server hung up");
            found = found.or_else(|| extent(&answer));
            if let Some((start, end)) = found
                && answer.len() >= end
            {
                break &answer[start..end];
            }
        };
        assert!(expected.find(body).is_some(), "{}", beginning(body));
        requests += 1;
    }
    requests
}
