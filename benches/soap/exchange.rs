//! Whole requests over loopback, beside a bare hyper server that reads the body and answers
//! constant bytes of the same length.

use crate::rounds::{Subject, medians};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use services88::clock::Clock;
use services88::config::Settings;
use services88::server::Server;
use services88::service::Installation;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

const CONNECTIONS: usize = 32;
const REQUESTS_PER_CONNECTION: usize = 60;
const USER: &str = "/Remote/Services88/User.svc";

/// A fixture as text.
pub fn fixture(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn run(rounds: usize) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        listen: "127.0.0.1:0".to_owned(),
        data: folder.path().to_owned(),
        ..Settings::default()
    };
    let opened = Installation::open(&settings, Clock::default(), None).expect("an installation");
    let installation = Arc::new(opened.installation);
    let ticket = installation
        .sessions
        .issue_ticket_to("admin")
        .expect("a ticket");
    let address = runtime.block_on(async {
        let server = Server::bind(settings).await.expect("a port");
        let address = server.address();
        tokio::spawn(server.run(Arc::clone(&installation), std::future::pending()));
        address
    });
    println!(
        "Whole requests over loopback, {CONNECTIONS} connections, client on the same machine, \
         medians of {rounds} rounds"
    );
    println!(
        "{:<38} {:>8} {:>8} {:>12} {:>8}",
        "call", "in", "out", "requests/s", "ratio"
    );
    let save = fixture("documentation/User/SaveUser.request.xml");
    for (name, envelope) in [
        (
            "GetAccessGatewayInfo",
            fixture("client/User/GetAccessGatewayInfo.request.xml"),
        ),
        (
            "GetUser",
            fixture("client/User/GetUser.request.xml").replace(">0<", ">1<"),
        ),
        ("SaveUser as printed, a new user each", save.clone()),
        (
            "SaveUser filled, but refused (no ticket)",
            crate::codec::fill(&save),
        ),
    ] {
        let ticket = if name.contains("refused") {
            "7T:none"
        } else {
            &ticket
        };
        compare(
            &runtime,
            rounds,
            address,
            name,
            &with_ticket(&envelope, ticket),
        );
    }
}

fn compare(runtime: &Runtime, rounds: usize, ours: SocketAddr, name: &str, envelope: &str) {
    let answer =
        runtime.block_on(async { exchange(&mut connect(ours).await, &request(envelope)).await });
    let bare = runtime.block_on(constant_server(answer));
    let load = |address| runtime.block_on(load(address, request(envelope)));
    let mut subjects = [
        Subject::new("bare hyper", || load(bare)),
        Subject::new("services88", || load(ours)),
    ];
    let times = medians(rounds, &mut subjects);
    let rate =
        |index: usize| (CONNECTIONS * REQUESTS_PER_CONNECTION) as f64 / times[index].as_secs_f64();
    for (index, subject) in subjects.iter().enumerate() {
        println!(
            "{:<38} {:>8} {:>8} {:>12.0} {:>8.2}",
            if index == 0 { subject.name } else { name },
            envelope.len(),
            answer,
            rate(index),
            rate(index) / rate(0)
        );
    }
}

/// A server that does nothing but HTTP.
async fn constant_server(length: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let bytes = Bytes::from(vec![b'x'; length]);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let bytes = bytes.clone();
            let respond = service_fn(move |request: Request<Incoming>| {
                let bytes = bytes.clone();
                async move {
                    let _ = request.into_body().collect().await;
                    let mut response = Response::new(Full::new(bytes));
                    let kind = "text/xml; charset=utf-8".parse().expect("a header value");
                    response.headers_mut().insert("content-type", kind);
                    Ok::<_, Infallible>(response)
                }
            });
            let _ = stream.set_nodelay(true);
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), respond));
        }
    });
    address
}

async fn load(address: SocketAddr, request: Vec<u8>) {
    let request: Arc<[u8]> = request.into();
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let request = Arc::clone(&request);
            tokio::spawn(async move {
                let mut stream = connect(address).await;
                for _ in 0..REQUESTS_PER_CONNECTION {
                    exchange(&mut stream, &request).await;
                }
            })
        })
        .collect();
    for connection in connections {
        connection.await.expect("all requests answered");
    }
}

async fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    stream
}

/// Sends a request, reads the answer, and says how long its body is.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> usize {
    stream.write_all(request).await.expect("sent");
    let mut answer = Vec::with_capacity(16 * 1024);
    loop {
        let read = stream.read_buf(&mut answer).await.expect("an answer");
        assert!(read > 0, "the server hung up");
        let Some(head_end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&answer[..head_end]).to_ascii_lowercase();
        assert!(
            head.starts_with("http/1.1 200"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        let (_, rest) = head.split_once("content-length: ").expect("a length");
        let length: usize = rest
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .parse()
            .expect("a length");
        if answer.len() >= head_end + 4 + length {
            return length;
        }
    }
}

fn request(envelope: &str) -> Vec<u8> {
    format!(
        "POST {USER} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=utf-8\r\n\
         Content-Length: {}\r\n\r\n{envelope}",
        envelope.len()
    )
    .into_bytes()
}

/// Puts a ticket where the fixture has its placeholder.
fn with_ticket(envelope: &str, ticket: &str) -> String {
    let start = envelope.find("7T:").expect("a placeholder");
    let end = start + envelope[start..].find('<').expect("its end");
    format!("{}{ticket}{}", &envelope[..start], &envelope[end..])
}
