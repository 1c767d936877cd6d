//! The hosts of an address, to be tried one by one.
//!
//! A machine that hangs may accept a connection and say nothing more. The library, given several
//! hosts, would wait there and not come to the next one.

use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts};

/// What leads to each host of an address, in its order. One whose hosts are to be tried in any
/// order, or come with their numbers, stays as it is.
pub fn each(config: &Config) -> Vec<Config> {
    let (hosts, ports) = (config.get_hosts(), config.get_ports());
    let is_plain = config.get_hostaddrs().is_empty()
        && config.get_load_balance_hosts() == LoadBalanceHosts::Disable
        && (ports.len() < 2 || ports.len() == hosts.len());
    if hosts.len() < 2 || !is_plain {
        return vec![config.clone()];
    }
    let hosts = hosts.iter().enumerate();
    hosts
        .map(|(index, host)| {
            let mut one = without_hosts(config);
            match host {
                Host::Tcp(name) => one.host(name),
                #[cfg(unix)]
                Host::Unix(path) => one.host_path(path),
            };
            if let Some(port) = ports.get(index).or(ports.first()) {
                one.port(*port);
            }
            one
        })
        .collect()
}

/// All that holds for every host. A new one is the only way to have no host.
fn without_hosts(config: &Config) -> Config {
    let mut one = Config::new();
    one.ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding())
        .target_session_attrs(config.get_target_session_attrs())
        .keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle());
    if let Some(user) = config.get_user() {
        one.user(user);
    }
    if let Some(password) = config.get_password() {
        one.password(password);
    }
    if let Some(database) = config.get_dbname() {
        one.dbname(database);
    }
    if let Some(options) = config.get_options() {
        one.options(options);
    }
    if let Some(name) = config.get_application_name() {
        one.application_name(name);
    }
    if let Some(time) = config.get_connect_timeout() {
        one.connect_timeout(*time);
    }
    if let Some(time) = config.get_tcp_user_timeout() {
        one.tcp_user_timeout(*time);
    }
    if let Some(time) = config.get_keepalives_interval() {
        one.keepalives_interval(time);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        one.keepalives_retries(retries);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_keeps_all_that_holds_for_all() {
        let address = |hosts: &str| {
            format!(
                "postgres://me:secret@{hosts}/db?target_session_attrs=read-write&options=-cx%3Dy\
                 &sslmode=require&sslnegotiation=direct&channel_binding=require&keepalives=0\
                 &keepalives_idle=7&keepalives_interval=8&keepalives_retries=9&connect_timeout=3\
                 &tcp_user_timeout=4&application_name=test"
            )
        };
        let parsed = |hosts: &str| address(hosts).parse::<Config>().expect("an address");
        let expected = vec![parsed("one:1"), parsed("two:2")];
        assert_eq!(each(&parsed("one:1,two:2")), expected);
        assert_eq!(each(&parsed("one:1")), [parsed("one:1")]);
        let shared: Config = "host=a,b port=7 user=me".parse().expect("an address");
        let ports = each(&shared)
            .iter()
            .map(|it| it.get_ports().to_vec())
            .collect::<Vec<_>>();
        assert_eq!(ports, [[7], [7]]);
    }
}
