//! What `serve` prints when it is ready.

use services88::config::{Mode, Settings};
use services88::contract::SERVICES;
use services88::server;
use services88::service::ADMINISTRATOR;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// A request as the vendor's documentation prints it, which stores a new user.
const SAMPLE: &str = "fixtures/documentation/User/SaveUser.request.xml";

/// The text, for an address that was bound and the password of a database that was made now.
pub fn text(settings: &Settings, bound: SocketAddr, password: Option<&str>) -> String {
    let mut text = String::new();
    let mut line = |what: String| {
        // Writing into a String does not fail.
        let _ = writeln!(text, "{what}");
    };
    line(format!(
        "services88 {} listens on http://{bound}",
        env!("CARGO_PKG_VERSION")
    ));
    let origin = format!("http://{}", reachable(bound));
    for service in SERVICES {
        let url = format!("{origin}{}", server::path(service, ""));
        line(format!("  {url}\n  {url}?wsdl"));
    }
    line(match password {
        Some(password) => {
            format!("Log-in: user {ADMINISTRATOR}, password {password} (it is not shown again)")
        }
        None => format!(
            "Log-in: user {ADMINISTRATOR}, with the password set when the database was made"
        ),
    });
    line(format!(
        "Try it, in another terminal:\n{}",
        curl(settings, &origin)
    ));
    text
}

/// A line for the shell that posts a sample with a fresh ticket of the administrator.
fn curl(settings: &Settings, origin: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let program = std::env::current_exe().unwrap_or_else(|_| "services88".into());
    let program = program.strip_prefix(&here).unwrap_or(&program);
    // The address may hold a password.
    let database = match settings.database.reveal() {
        "" => "",
        _ => " --database \"$SERVICES88_DATABASE\"",
    };
    let ticket = format!(
        "$({} ticket new --user {ADMINISTRATOR} --data {}{database})",
        quoted(program),
        quoted(&settings.data)
    );
    let application = match settings.mode {
        Mode::Onsite => "",
        Mode::Online => " -e \"s|put-an-application-token-here|YOUR-APPLICATION-TOKEN|\"",
    };
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = match here == project {
        true => SAMPLE.into(),
        false => project.join(SAMPLE),
    };
    let sample = quoted(&sample);
    let user_service = SERVICES.iter().find(|service| service.name == "User");
    let path = user_service.map_or_else(String::new, |service| server::path(service, ""));
    format!(
        "sed -e \"s|7T:[^<]*|{ticket}|\"{application} {sample} | \
         curl -sS -H 'Content-Type: application/soap+xml; charset=utf-8' --data-binary @- {origin}{path}"
    )
}

/// An address that a client on this machine can use.
fn reachable(mut bound: SocketAddr) -> SocketAddr {
    match bound.ip() {
        IpAddr::V4(address) if address.is_unspecified() => bound.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(address) if address.is_unspecified() => bound.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    bound
}

/// A path as a shell takes it for one word, also between double quotes and `$(…)`.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_where_the_shell_would_cut_them() {
        assert_eq!(
            quoted(Path::new("target/release/services88")),
            "target/release/services88"
        );
        assert_eq!(quoted(Path::new("/my data/it's")), "'/my data/it'\\''s'");
    }

    #[test]
    fn a_server_on_all_addresses_is_reached_on_this_machine() {
        let of = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(of("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(of("[::]:80"), "[::1]:80");
        assert_eq!(of("10.1.2.3:80"), "10.1.2.3:80");
    }
}
