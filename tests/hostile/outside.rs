//! Systems outside that take what the server tells them: an OpenID Connect provider that registers
//! clients and knows no code, and a mail server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// Answers on a free port; connections that break are let go.
fn listen(
    answer: impl Fn(TcpStream, SocketAddr) -> Option<()> + Copy + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(stream.ok()?, address));
        }
    });
    address
}

/// A provider whose secrets are all the same.
pub fn provider(secret: &'static str) -> SocketAddr {
    listen(move |stream, address| answer(stream, address, secret))
}

/// A mail server that everybody may use who shows a password.
pub fn mail_server() -> SocketAddr {
    listen(|mut stream, _| {
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let mut answer = "220 here";
        loop {
            stream.write_all(format!("{answer}\r\n").as_bytes()).ok()?;
            let line = lines.next()?.ok()?;
            answer = match line.get(..4)? {
                "EHLO" => "250-here\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => "235 welcome",
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").ok()?;
                    while lines.next()?.ok()? != "." {}
                    "250 taken"
                }
                _ => "250 ok",
            };
        }
    })
}

fn answer(mut stream: TcpStream, address: SocketAddr, secret: &str) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let (name, value) = line.trim_end().split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
        if line.trim_end().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let (status, said) = match first.split(' ').nth(1)? {
        "/.well-known/openid-configuration" => (
            "200 OK",
            serde_json::json!({
                "issuer": format!("http://{address}"),
                "token_endpoint": format!("http://{address}/token"),
                "jwks_uri": format!("http://{address}/keys"),
                "registration_endpoint": format!("http://{address}/clients"),
            }),
        ),
        "/token" => (
            "400 Bad Request",
            serde_json::json!({
                "error": "invalid_grant",
                "error_description": "a\r\nFORGED\u{1b}[31m",
            }),
        ),
        _ => {
            let asked: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
            let client = serde_json::json!({
                "client_id": "client-1",
                "client_secret": secret,
                "registration_access_token": secret,
                "registration_client_uri": format!("http://{address}/clients/1"),
                "redirect_uris": asked["redirect_uris"],
            });
            ("201 Created", client)
        }
    };
    let said = said.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        said.len()
    );
    stream.write_all((head + &said).as_bytes()).ok()
}
