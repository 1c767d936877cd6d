//! Who the client is, and by which address it knows the server.

use crate::config::Settings;
use hyper::header::{HOST, HeaderMap};
use hyper::http::request::Parts;
use hyper::{Uri, Version};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The server's authority (`host` or `host:port`) as the request names it, with the rules that
/// HTTP has for that: exactly one `Host` in HTTP/1.1, and the target's own authority wins.
///
/// # Errors
/// What is wrong with the request.
pub fn authority(parts: &Parts, local: SocketAddr) -> Result<Cow<'_, str>, &'static str> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(host.to_str().ok().filter(|host| is_authority(host))),
        (None, _) if parts.version == Version::HTTP_10 => None,
        (None, _) => return Err("The request has no Host."),
        (Some(_), Some(_)) => return Err("The request has more than one Host."),
    };
    match (own_authority(&parts.uri), host) {
        (_, Some(None)) => Err("Host is not a host name or address with an optional port."),
        (Some(own), _) if !is_authority(own) => Err("The request target has no proper host."),
        (Some(own), _) => Ok(Cow::Borrowed(own)),
        (None, Some(Some(host))) => Ok(Cow::Borrowed(host)),
        (None, None) => Ok(Cow::Owned(local.to_string())),
    }
}

/// The authority of a target in absolute form.
fn own_authority(uri: &Uri) -> Option<&str> {
    uri.authority().map(hyper::http::uri::Authority::as_str)
}

/// The address under which the client reached the server, `http://host:port`. Proxies that are
/// trusted may name another scheme and authority.
pub fn origin(settings: &Settings, peer: IpAddr, authority: &str, headers: &HeaderMap) -> String {
    let forwarded = |name| {
        let value = headers.get(name).filter(|_| settings.trusts(peer))?;
        Some(value.to_str().ok()?.split(',').next()?.trim())
    };
    let scheme = match forwarded("x-forwarded-proto") {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        _ => "http",
    };
    let authority = forwarded("x-forwarded-host")
        .filter(|host| is_authority(host))
        .unwrap_or(authority);
    format!("{scheme}://{authority}")
}

/// The address of the client: the peer, or where the peer is a trusted proxy, the nearest hop
/// in `X-Forwarded-For` that is not one.
pub fn client(settings: &Settings, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    let hops = lines
        .iter()
        .rev()
        .flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    for hop in hops {
        if !settings.trusts(client) {
            break;
        }
        match hop_address(hop.trim()) {
            Some(address) => client = address.to_canonical(),
            None => break,
        }
    }
    client
}

fn hop_address(hop: &str) -> Option<IpAddr> {
    let bracketed = hop
        .strip_prefix('[')
        .and_then(|hop| hop.strip_suffix(']'))
        .unwrap_or(hop);
    let with_port = || hop.parse().map(|address: SocketAddr| address.ip());
    bracketed.parse().or_else(|_| with_port()).ok()
}

/// Whether a text is a host name or an IP address, with an optional port, and nothing that could
/// mean something else in XML, HTML or a URL.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !text.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_port =
        |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_host = match host.strip_prefix('[') {
        Some(rest) => rest
            .strip_suffix(']')
            .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            (1..=253).contains(&host.len()) && host.bytes().all(allowed)
        }
    };
    is_host && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn behind(proxies: &[&str]) -> Settings {
        Settings {
            trusted_proxies: proxies.iter().map(|text| text.parse().unwrap()).collect(),
            ..Settings::default()
        }
    }

    #[test]
    fn only_plain_hosts_are_authorities() {
        for good in [
            "localhost",
            "a-b.example:80",
            "10.0.0.1:65535",
            "[::1]",
            "[2001:db8::1]:8",
        ] {
            assert!(is_authority(good), "{good}");
        }
        for bad in [
            "", ":80", "a b", "a\"b", "a<b", "a/b", "a@b", "a:", "a:+1", "a:65536", "a:b", "::1",
            "[::1", "[::g]", "[::1]x", "é",
        ] {
            assert!(!is_authority(bad), "{bad}");
        }
    }

    #[test]
    fn forwarded_addresses_count_from_trusted_peers_only() {
        let headers = headers(&[
            ("x-forwarded-proto", "https, http"),
            ("x-forwarded-host", "crm.example:8443, inner"),
        ]);
        let peer = "10.0.0.1".parse().unwrap();
        let of = |settings: &Settings| origin(settings, peer, "inner:80", &headers);
        assert_eq!(of(&behind(&["10.0.0.0/8"])), "https://crm.example:8443");
        assert_eq!(of(&behind(&["10.0.0.2"])), "http://inner:80");
    }

    #[test]
    fn a_forwarded_host_that_is_none_is_passed_over() {
        let headers = headers(&[
            ("x-forwarded-host", "\"><x"),
            ("x-forwarded-proto", "gopher"),
        ]);
        let peer = "10.0.0.1".parse().unwrap();
        let origin = origin(&behind(&["10.0.0.1"]), peer, "inner", &headers);
        assert_eq!(origin, "http://inner");
    }

    #[test]
    fn the_client_is_the_nearest_hop_that_is_no_trusted_proxy() {
        let settings = behind(&["10.0.0.0/8"]);
        let of = |peer: &str, hops: &[&str]| {
            let fields: Vec<_> = hops.iter().map(|hop| ("x-forwarded-for", *hop)).collect();
            client(&settings, peer.parse().unwrap(), &headers(&fields)).to_string()
        };
        assert_eq!(of("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(of("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(
            of("10.0.0.1", &["6.6.6.6, 203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
        assert_eq!(
            of("10.0.0.1", &["6.6.6.6", "203.0.113.9:1234"]),
            "203.0.113.9"
        );
        assert_eq!(of("10.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(of("10.0.0.1", &["203.0.113.9, unknown"]), "10.0.0.1");
        assert_eq!(of("::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    }
}
