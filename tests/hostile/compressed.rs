//! Bodies in content codings: honest ones are read, bombs are refused before they go off.

use crate::faults::{CLIENT, MEDIA, TOO_LARGE, VERSIONS, fault};
use crate::support::{Response, Soap, USER};
use crate::victim::{Victim, Wanted};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Write;

const MEGABYTE: usize = 1024 * 1024;

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// A body with its coding.
fn send(victim: &Victim, soap: Soap, coding: &str, body: &[u8]) -> Response {
    let content_type = format!("Content-Type: {}", soap.content_type());
    let coding = format!("Content-Encoding: {coding}");
    victim.at_once(|| victim.request("POST", USER, &[&content_type, &coding], body))
}

#[test]
fn honest_bodies_are_read() {
    let victim = Victim::start();
    for soap in VERSIONS {
        let good = victim.good(soap).into_bytes();
        // Long enough for several blocks, and as large as may be.
        let long = format!("{}{}", victim.good(soap), " ".repeat(3 * MEGABYTE));
        for (coding, body) in [
            ("gzip", gzip(&good)),
            ("GZip", gzip(&good)),
            ("x-gzip", gzip(&good)),
            ("deflate", zlib(&good)),
            ("identity", good.clone()),
            ("gzip", gzip(long.as_bytes())),
            ("deflate", zlib(long.as_bytes())),
        ] {
            let header = format!("Content-Encoding: {coding}");
            victim.answers_with(soap, &[&header], &body, Wanted::Role);
        }
        let utf16: Vec<_> = victim
            .good(soap)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let utf16 = gzip(&[b"\xff\xfe", &utf16[..]].concat());
        victim.answers_with(soap, &["Content-Encoding: gzip"], &utf16, Wanted::Role);
    }
    // Chunk by chunk, each of one byte, on a connection that stays open.
    let body = gzip(victim.good(Soap::V11).as_bytes());
    let mut connection = victim.connect();
    for _ in 0..2 {
        connection.send(
            format!(
                "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n\
                 Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            .as_bytes(),
        );
        let chunks: Vec<u8> = body
            .iter()
            .flat_map(|byte| [&b"1\r\n"[..], &[*byte], b"\r\n"].concat())
            .collect();
        connection.send(&chunks);
        connection.send(b"0\r\n\r\n");
        let response = connection.response();
        crate::faults::is_role(Soap::V11, &response);
        assert_eq!(response.field("connection"), None);
    }
    victim.survived(24);
}

/// A gzip stream of stored blocks without any byte in them.
fn endless_nothing(blocks: usize) -> Vec<u8> {
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";
    let end = b"\x01\0\0\xff\xff\0\0\0\0\0\0\0\0";
    [&head[..], &b"\0\0\0\xff\xff".repeat(blocks), end].concat()
}

#[test]
fn bombs_do_not_go_off() {
    let victim = Victim::start();
    let zeros = vec![b' '; 64 * MEGABYTE];
    let message = victim.good(Soap::V11) + &" ".repeat(64 * MEGABYTE);
    let just_too_long = vec![b' '; 4 * MEGABYTE + 1];
    let bombs = [
        ("gzip", gzip(&zeros)),
        ("deflate", zlib(&zeros)),
        ("gzip", gzip(message.as_bytes())),
        ("gzip", gzip(&just_too_long)),
        ("deflate", zlib(&just_too_long)),
        ("gzip", endless_nothing(MEGABYTE)),
    ];
    drop(zeros);
    for (coding, bomb) in &bombs {
        for soap in VERSIONS {
            let response = send(&victim, soap, coding, bomb);
            fault(soap, &response, &TOO_LARGE);
            assert_eq!(response.field("connection"), Some("close"));
        }
    }
    // As many at a time as wait for each other, none of them whole yet.
    let at_a_time = 16;
    let (_, bomb) = &bombs[0];
    let head = format!(
        "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\n\
         Content-Length: {}\r\n\r\n",
        bomb.len()
    );
    victim.tried(at_a_time);
    let mut waiting: Vec<_> = (0..at_a_time).map(|_| victim.connect()).collect();
    for connection in &mut waiting {
        connection.send(head.as_bytes());
        // Three megabytes, which nobody takes out of it before more has come.
        connection.send(&bomb[..3000]);
    }
    victim.honest();
    for mut connection in waiting {
        connection.send(&bomb[3000..]);
        assert_eq!(connection.response().status, 413);
    }
    victim.survived(32);
}

#[test]
fn a_bomb_costs_no_more_than_the_limit_of_a_message() {
    let victim = Victim::with(&[("limits.body_bytes", "65536")]);
    let bomb = gzip(&vec![b' '; 60 * MEGABYTE]);
    assert!(bomb.len() < 65536);
    for _ in 0..20 {
        let response = send(&victim, Soap::V12, "gzip", &bomb);
        fault(Soap::V12, &response, &TOO_LARGE);
    }
    victim.survived(2);
}

#[test]
fn streams_that_are_broken_or_followed_by_something() {
    let victim = Victim::start();
    let good = victim.good(Soap::V11).into_bytes();
    let (whole, zlib) = (gzip(&good), zlib(&good));
    let changed = |body: &[u8], at: usize| {
        let mut body = body.to_vec();
        body[at] ^= 0x55;
        body
    };
    let end = whole.len();
    let mut named = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff".to_vec();
    named.resize(3 * MEGABYTE, b'n');
    for (coding, body) in [
        ("gzip", Vec::new()),
        ("gzip", whole[..1].to_vec()),
        ("gzip", whole[..10].to_vec()),
        ("gzip", whole[..end / 2].to_vec()),
        ("gzip", whole[..end - 8].to_vec()),
        ("gzip", whole[..end - 1].to_vec()),
        ("gzip", changed(&whole, 0)),
        ("gzip", changed(&whole, 2)),
        ("gzip", changed(&whole, 3)),
        ("gzip", changed(&whole, end - 8)),
        ("gzip", changed(&whole, end - 1)),
        ("gzip", changed(&whole, end / 2)),
        ("gzip", [&whole[..], b"\0"].concat()),
        ("gzip", [&whole[..], &good].concat()),
        ("gzip", whole.repeat(2)),
        ("gzip", [&whole[..], &gzip(b"")].concat()),
        ("gzip", named),
        ("gzip", good.clone()),
        ("gzip", zlib.clone()),
        ("gzip", b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\xff\xff".to_vec()),
        ("gzip", b"\x1f\x9d\x90".to_vec()),
        ("x-gzip", zlib.clone()),
        ("deflate", Vec::new()),
        ("deflate", zlib[..zlib.len() - 4].to_vec()),
        ("deflate", zlib[..2].to_vec()),
        ("deflate", changed(&zlib, zlib.len() - 1)),
        ("deflate", changed(&zlib, zlib.len() / 2)),
        ("deflate", [&zlib[..], b"x"].concat()),
        ("deflate", zlib.repeat(2)),
        ("deflate", whole.clone()),
        ("deflate", raw_deflate(&good)),
        ("deflate", good.clone()),
        // A dictionary that the server is supposed to have.
        (
            "deflate",
            b"\x78\x20\x12\x34\x56\x78\x03\x00\x00\x00\x00\x01".to_vec(),
        ),
    ] {
        let response = send(&victim, Soap::V11, coding, &body);
        assert_eq!(response.status, 400, "{coding} {} bytes", body.len());
    }
    // Twice compressed and once announced, it is no XML.
    let response = send(&victim, Soap::V12, "gzip", &gzip(&whole));
    fault(Soap::V12, &response, &CLIENT);
    // Compressed and not announced.
    victim.answers(Soap::V12, &whole, crate::victim::REFUSED);
    victim.survived(16);
}

#[test]
fn other_codings_are_named_in_the_refusal() {
    let victim = Victim::start();
    let good = victim.good(Soap::V12).into_bytes();
    let twice = gzip(&gzip(&good));
    for coding in [
        "br",
        "zstd",
        "compress",
        "x-compress",
        "pack200-gzip",
        "exi",
        "aes128gcm",
        "*",
        "none",
        "gzip, gzip",
        "gzip,deflate",
        "identity, gzip",
        "gzip\r\nContent-Encoding: gzip",
        "identity\r\nContent-Encoding: identity",
        "gzip;q=1",
        "\"gzip\"",
        "gzip,",
        "gzip gzip",
        "",
    ] {
        let response = send(&victim, Soap::V12, coding, &twice);
        fault(Soap::V12, &response, &MEDIA);
        assert_eq!(
            response.field("accept-encoding"),
            Some("gzip, deflate"),
            "{coding}"
        );
    }
    let form = [
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Encoding: gzip",
    ];
    let bomb = gzip(&vec![b'x'; MEGABYTE]);
    let response = victim.at_once(|| victim.request("POST", "/password", &form, &bomb));
    assert_eq!(response.status, 415);
    victim.survived(16);
}
