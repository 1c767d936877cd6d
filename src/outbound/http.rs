//! Requests to the HTTP servers that the operator named.

use std::time::Duration;
use ureq::http::{Request, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, config::Config};

/// Bytes of an answer that are read.
const ANSWER_LIMIT: u64 = 1024 * 1024;

/// A client that follows no redirects and trusts whom the operating system trusts.
#[derive(Clone, Debug)]
pub struct HttpClient {
    agent: Agent,
}

/// Why there is no answer. One of any status is an answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("no answer from {host}")]
    NoAnswer {
        host: String,
        #[source]
        source: Box<ureq::Error>,
    },
    #[error("the answer of {host} cannot be read, or is longer than 1 MiB")]
    Answer {
        host: String,
        #[source]
        source: Box<ureq::Error>,
    },
}

impl HttpError {
    /// Whether it was the time that ran out.
    pub fn is_timeout(&self) -> bool {
        let (Self::NoAnswer { source, .. } | Self::Answer { source, .. }) = self;
        matches!(**source, ureq::Error::Timeout(_))
    }
}

impl HttpClient {
    /// `patience` is the time for one request, from looking up the name to the end of the answer.
    pub fn new(patience: Duration) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let config = Config::builder()
            .tls_config(tls.build())
            .timeout_global(Some(patience))
            // A redirect would carry secrets to an address that the operator has not named.
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent(concat!("services88/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.new_agent(),
        }
    }

    /// Sends a request, and reads its answer whole.
    pub fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let (head, body) = request.into_parts();
        // ureq refuses a body, even one without bytes, where a method should have none.
        let answer = match body.is_empty() && !head.method.as_str().starts_with('P') {
            true => self.agent.run(Request::from_parts(head, ())),
            false => self.agent.run(Request::from_parts(head, body)),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(source) => {
                let source = Box::new(source);
                return Err(HttpError::NoAnswer { host, source });
            }
        };
        let (head, mut body) = answer.into_parts();
        match body.with_config().limit(ANSWER_LIMIT).read_to_vec() {
            Ok(body) => Ok(Response::from_parts(head, body)),
            Err(source) => {
                let source = Box::new(source);
                Err(HttpError::Answer { host, source })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::thread;
    use std::time::Instant;

    /// A server for one connection: says this, and gives what it heard.
    fn server(says: &'static str) -> (SocketAddr, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let mut heard = [0; 4096];
            let length = stream.read(&mut heard).expect("a request");
            // The client may have given up.
            let _ = stream.write_all(says.as_bytes());
            if says.is_empty() {
                thread::sleep(Duration::from_secs(2));
            }
            String::from_utf8_lossy(&heard[..length]).into_owned()
        });
        (address, heard)
    }

    fn send(address: SocketAddr, body: &str) -> Result<Response<Vec<u8>>, HttpError> {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{address}/path"))
            .body(body.as_bytes().to_vec());
        HttpClient::new(Duration::from_millis(500)).send(request.expect("a request"))
    }

    #[test]
    fn an_answer_of_any_status_is_an_answer() {
        let (address, heard) = server("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno");
        let answer = send(address, "body").expect("an answer");
        assert_eq!(answer.status(), 409);
        assert_eq!(answer.body(), b"no");
        let heard = heard.join().expect("heard");
        assert!(heard.starts_with("POST /path HTTP/1.1\r\n"), "{heard}");
        assert!(
            heard.to_lowercase().contains("content-length: 4\r\n"),
            "{heard}"
        );
    }

    #[test]
    fn redirects_are_not_followed() {
        let (address, _) = server(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
        );
        assert_eq!(send(address, "").expect("an answer").status(), 302);
    }

    #[test]
    fn a_server_that_does_not_answer_or_is_not_there_is_an_error_in_time() {
        let (address, _) = server("");
        let begin = Instant::now();
        let silent = send(address, "");
        assert!(
            matches!(&silent, Err(error @ HttpError::NoAnswer { .. }) if error.is_timeout()),
            "{silent:?}"
        );
        assert!(begin.elapsed() < Duration::from_secs(2));
        let gone = TcpListener::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr();
        let gone = send(gone.expect("an address"), "");
        assert!(
            matches!(&gone, Err(error @ HttpError::NoAnswer { .. }) if !error.is_timeout()),
            "{gone:?}"
        );
    }

    #[test]
    fn an_answer_without_end_is_not_read_for_ever() {
        let long = Box::leak(format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1_100_000)).into());
        let (address, _) = server(long);
        let refused = send(address, "");
        assert!(
            matches!(refused, Err(HttpError::Answer { .. })),
            "{refused:?}"
        );
    }
}
