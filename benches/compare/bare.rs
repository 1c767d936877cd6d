//! The limit: a server that does nothing but HTTP, and one that also goes through the XML. It is
//! this program, started once more.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use quick_xml::events::Event;
use std::convert::Infallible;
use std::hint::black_box;
use tokio::net::TcpListener;

/// The argument that makes this program such a server.
pub const MODE: &str = "--bare";
/// The first part of paths whose bodies are scanned.
const SCAN: &str = "scan";
/// Bytes of the longest answer.
const LONGEST: usize = 1 << 20;

/// Where so many constant bytes are answered, after the body was read.
pub fn path(length: usize) -> String {
    format!("/{length}")
}

/// Where the body is scanned as well.
pub fn path_of_scan(length: usize) -> String {
    format!("/{SCAN}/{length}")
}

/// Serves until the process ends, on a runtime like that of the program.
pub fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        println!("listens on http://{address}");
        let bytes = Bytes::from(vec![b'x'; LONGEST]);
        while let Ok((stream, _)) = listener.accept().await {
            let bytes = bytes.clone();
            let respond = service_fn(move |request| respond(request, bytes.clone()));
            let _ = stream.set_nodelay(true);
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), respond));
        }
    });
}

async fn respond(
    request: Request<Incoming>,
    bytes: Bytes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut path = request.uri().path().trim_start_matches('/').rsplit('/');
    let length: Option<usize> = path.next().and_then(|length| length.parse().ok());
    let is_scanned = path.next() == Some(SCAN);
    let body = request.into_body().collect().await;
    if is_scanned {
        let body = body.expect("a body").to_bytes();
        scan(std::str::from_utf8(&body).expect("UTF-8"));
    }
    let bytes = bytes.slice(..length.unwrap_or_default());
    let mut response = Response::new(Full::new(bytes));
    let kind = HeaderValue::from_static("text/xml; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

/// Goes through the events of a document and their attributes, and does nothing with them.
pub fn scan(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                for attribute in tag.attributes() {
                    black_box(attribute.is_ok());
                }
            }
            Ok(event) => drop(black_box(event)),
            Err(error) => panic!("{error}"),
        }
    }
}
