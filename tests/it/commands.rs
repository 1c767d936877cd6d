//! The program: starting, stopping, and what it says when it cannot.

use crate::support::{Caller, PRINCIPAL, Soap, TestServer, USER, services88, services88_on};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn fails(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let Output { status, stderr, .. } = services88(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_wrong_setting_is_named_with_its_reason() {
    for (arguments, expected) in [
        (
            &["serve", "--set", "limits.depth=deep"][..],
            "services88: setting limits.depth (flag): expected a whole number, 8 or more, not \"deep\"\n",
        ),
        (
            &["serve", "--set", "colour=red"],
            "services88: setting colour (flag): there is no such setting\n",
        ),
        (
            &["--listen", "8088"],
            "services88: setting listen (flag): expected HOST:PORT, like 127.0.0.1:8088, not \"8088\"\n",
        ),
    ] {
        assert_eq!(fails(arguments), (Some(2), expected.to_owned()));
    }
    let (code, message) = fails(&["serve", "--config", "nowhere.toml"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("cannot read nowhere.toml"), "{message}");
}

#[test]
fn a_port_in_use_is_reported_and_no_database_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = services88_on(&data, &["serve", "--listen", &listen])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains(&format!("cannot listen on {listen}")),
        "{message}"
    );
    assert!(!data.exists());
}

#[test]
fn a_data_folder_that_is_none_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    std::fs::write(&file, "not a folder").unwrap();
    let output = services88_on(&file, &["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("cannot create the folder"), "{message}");
}

#[test]
fn the_banner_tells_how_to_go_on() {
    let server = TestServer::start();
    let origin = format!("http://{}", server.address);
    for part in [
        format!("{origin}{USER}\n"),
        format!("{origin}{USER}?wsdl\n"),
        format!("{origin}/Remote/Services88/SoPrincipal.svc\n"),
        "Log-in: user admin".to_owned(),
    ] {
        assert!(server.banner.contains(&part), "{part}: {}", server.banner);
    }
}

#[test]
fn the_program_writes_what_is_made_from_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    for (command, file) in [
        ("wsdl", "User.wsdl"),
        ("fixtures", "client/User/GetUser.request.xml"),
    ] {
        let out = folder.path().join(command);
        let done = services88(&[command, "--out"]).arg(&out).status().unwrap();
        assert!(done.success());
        assert!(out.join(file).exists());
    }
}

/// How long the program takes to end after a signal.
fn time_to_stop(mut server: TestServer, signal: &str) -> Duration {
    let started = Instant::now();
    server.signal(signal);
    assert_eq!(server.wait().code(), Some(0));
    started.elapsed()
}

#[test]
fn it_stops_at_once_when_nothing_is_under_way() {
    for signal in ["TERM", "INT"] {
        let server = TestServer::start();
        let mut idle = server.connect();
        idle.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(idle.response().status, 200);
        let _silent = server.connect();
        let mut half_a_head = server.connect();
        half_a_head.send(b"GET /healthz HTTP/1.1\r\nHo");
        let time = time_to_stop(server, signal);
        assert!(time < Duration::from_secs(2), "{time:?}");
        assert!(idle.is_closed());
    }
}

#[test]
fn busy_clients_lose_nothing_when_it_stops() {
    let mut server = TestServer::start();
    let address = server.address;
    let get = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    // Each client goes on until it is told that the connection closes.
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let mut connection = server.connect();
            std::thread::spawn(move || {
                loop {
                    connection.send(get);
                    let response = connection.response();
                    assert_eq!(response.status, 200);
                    if response.field("connection") == Some("close") {
                        return;
                    }
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    for client in clients {
        client.join().unwrap();
    }
    assert_eq!(server.wait().code(), Some(0));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_request_under_way_is_finished() {
    let mut server = TestServer::start();
    let mut connection = server.connect();
    connection.send(
        format!("POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<x")
            .as_bytes(),
    );
    // The request must have been seen before the signal.
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(800));
    connection.send(b"/>");
    let response = connection.response();
    assert_eq!(response.field("connection"), Some("close"));
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_request_that_never_ends_does_not_keep_it_from_stopping() {
    let server = TestServer::with(&[("limits.stop_seconds", "0.5")]);
    let mut connection = server.connect();
    connection.send(
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n"
        )
        .as_bytes(),
    );
    std::thread::sleep(Duration::from_millis(200));
    let time = time_to_stop(server, "TERM");
    assert!(time < Duration::from_secs(4), "{time:?}");
}

fn output(arguments: &[&str], data: &Path) -> String {
    let output = services88_on(data, arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn tickets_and_tokens_are_printed_alone_beside_a_running_server() {
    let server = TestServer::start();
    let ticket = output(&["ticket", "new", "--user", "admin"], server.data());
    assert!(
        ticket.starts_with("7T:") && ticket.ends_with('\n'),
        "{ticket}"
    );
    assert_eq!(ticket.trim_end().lines().count(), 1);

    let token = output(&["app-token", "add", "a shop"], server.data());
    assert_eq!(token.split_whitespace().count(), 1);
    let listed = || output(&["app-token", "list"], server.data());
    assert!(listed().starts_with("a shop\tUser\t"), "{}", listed());
    assert!(listed().ends_with("\tgood\n") && !listed().contains(token.trim()));
    assert_eq!(
        output(&["app-token", "revoke", "a shop"], server.data()),
        ""
    );
    assert!(listed().contains("\trevoked "));

    let nobody = services88_on(server.data(), &["ticket", "new", "--user", "nobody"])
        .output()
        .unwrap();
    assert_eq!(nobody.status.code(), Some(1));
    assert!(nobody.stdout.is_empty());
}

/// Whether a user can log in.
fn logs_in(server: &TestServer, name: &str, password: &str) -> bool {
    let arguments = format!("<UserName>{name}</UserName><Password>{password}</Password>");
    let operation = "AuthenticateUsernamePassword";
    let response = server.call(
        Soap::V12,
        PRINCIPAL,
        &Caller::Anonymous,
        operation,
        &arguments,
    );
    assert_eq!(response.status, 200, "{response:?}");
    response.element("AuthenticationSucceeded") == Some("true")
}

#[test]
fn users_are_managed_beside_a_running_server() {
    let server = TestServer::start();
    let generated = output(&["user", "add", "kari", "--administrator"], server.data());
    assert!(logs_in(&server, "kari", generated.trim()));
    let listed = output(&["user", "list"], server.data());
    assert!(
        listed.contains("\tkari\t") && listed.contains("\tadmin\t"),
        "{listed}"
    );

    let mut passwd = services88_on(
        server.data(),
        &["user", "passwd", "kari", "--password-stdin"],
    )
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .spawn()
    .unwrap();
    passwd
        .stdin
        .take()
        .unwrap()
        .write_all(b"Another-Horse-8\n")
        .unwrap();
    let done = passwd.wait_with_output().unwrap();
    assert!(done.status.success() && done.stdout.is_empty());
    assert!(logs_in(&server, "kari", "Another-Horse-8"));
    assert!(!logs_in(&server, "kari", generated.trim()));

    let taken = services88_on(server.data(), &["user", "add", "kari"])
        .output()
        .unwrap();
    assert_eq!(taken.status.code(), Some(1));
}

#[test]
fn the_directory_is_filled_beside_a_running_server() {
    let server = TestServer::start();
    let found = || {
        let arguments = "<Type>ActiveDirectory</Type><SearchString>åsen</SearchString>";
        let admin = server.caller("admin");
        let response = server.call(Soap::V12, USER, &admin, "FindCredentialUsers", arguments);
        response.element("Value").map(str::to_owned)
    };
    assert_eq!(found(), None);
    let line = "S-1-5-21-1-2-3-1001\tCORP\\ann\tAnn\tÅsen\tann@example.com\tSales\n";
    assert_eq!(server.command(&["directory", "import", "-"], line), "");
    assert_eq!(found().as_deref(), Some("S-1-5-21-1-2-3-1001"));
    let listed = || output(&["directory", "list"], server.data());
    assert_eq!(listed(), line);
    let file = server.data().join("people.txt");
    std::fs::write(&file, "ann\tAnn\n").unwrap();
    let run = |arguments: &[&str]| {
        let done = services88_on(server.data(), arguments).output().unwrap();
        let reason = String::from_utf8(done.stderr).unwrap();
        (done.status.code(), reason)
    };
    let (code, reason) = run(&["directory", "import", file.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(reason.contains("Line 1: "), "{reason}");
    assert_eq!(run(&["directory", "import", "nowhere.txt"]).0, Some(1));
    let value = "S-1-5-21-1-2-3-1001";
    assert_eq!(
        run(&["directory", "remove", value]),
        (Some(0), String::new())
    );
    assert_eq!(run(&["directory", "remove", value]).0, Some(1));
    assert_eq!((found(), listed()), (None, String::new()));

    let settings = "[directory]\nurl = 'ldap://127.0.0.1'\nuser_base = 'dc=x'\n";
    std::fs::write(server.data().join("services88.toml"), settings).unwrap();
    let (code, reason) = run(&["directory", "remove", value]);
    assert_eq!(code, Some(1));
    assert!(reason.contains("directory.url"), "{reason}");
}

#[test]
fn rules_for_passwords_count_for_a_running_server_at_once() {
    let server = TestServer::start();
    let show = || output(&["password-rules", "show"], server.data());
    assert_eq!(
        show(),
        "minimum\t8\ndigits\t0\nlower\t0\nupper\t0\nspecial\t0\n"
    );
    let set = |password: &str| {
        let arguments = format!("<AssociateId>2</AssociateId><Password>{password}</Password>");
        let admin = server.caller("admin");
        let response = server.call(Soap::V11, USER, &admin, "SetPassword", &arguments);
        response.element("Succeeded") == Some("true")
    };
    assert!(set("all small"));
    let rules = ["--minimum", "10", "--upper", "2", "--special", "1"];
    let rules = [&["password-rules", "set"][..], &rules].concat();
    assert_eq!(output(&rules, server.data()), "");
    assert_eq!(
        show(),
        "minimum\t10\ndigits\t0\nlower\t0\nupper\t2\nspecial\t1\n"
    );
    for weak in ["too small", "ALL Big", "TWELVEandMore"] {
        assert!(!set(weak) && !logs_in(&server, "nora", weak), "{weak}");
    }
    assert!(logs_in(&server, "nora", "all small"));
    assert!(set("TWELVE and more") && logs_in(&server, "nora", "TWELVE and more"));
    for (arguments, code) in [
        (&["set", "--special", "255"][..], 1),
        (&["set", "--digits", "-1"], 2),
        (&["set"], 2),
    ] {
        let (found, _) = fails(&[&["password-rules"][..], arguments].concat());
        assert_eq!(found, Some(code), "{arguments:?}");
    }
}

#[test]
fn the_printed_line_works_when_pasted() {
    let server = TestServer::start();
    let (_, line) = server.banner.trim_end().rsplit_once('\n').unwrap();
    // The line may name the program that printed it from the folder of the project.
    let pasted = Command::new("sh")
        .args(["-c", line])
        .env(
            "SERVICES88_DATABASE",
            server.database().address().unwrap_or_default(),
        )
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let answer = String::from_utf8(pasted.stdout).unwrap();
    assert!(answer.contains("Succeeded>true<"), "{line}\n{answer}");
    let (_, id) = answer.split_once("<AssociateId>").unwrap();
    let (id, _) = id.split_once('<').unwrap();
    let listed = services88_on(server.data(), &["user", "list"])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let stored = listed
        .lines()
        .any(|line| line.split_whitespace().next() == Some(id));
    assert!(stored, "{id}\n{listed}");
}

#[test]
fn a_caller_with_a_ticket_is_known() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    for soap in [Soap::V11, Soap::V12] {
        let response = server.call(soap, USER, &admin, "GetAllRoles", "");
        assert_eq!(response.element("Succeeded"), Some("true"), "{response:?}");
        assert_eq!(response.field("content-type"), Some(soap.content_type()));
    }
    let response = server.call(Soap::V11, USER, &Caller::Anonymous, "GetAllRoles", "");
    assert_eq!(response.element("Succeeded"), Some("false"), "{response:?}");
    let log = server.log();
    assert!(
        log.contains("\"operation\":\"GetAllRoles\",\"caller\":\"admin\""),
        "{log}"
    );
    assert!(!log.contains("7T:"));
}

#[test]
fn a_generated_password_is_shown_once() {
    let folder = tempfile::tempdir().unwrap();
    let output = services88_on(folder.path(), &["ticket", "new", "--user", "admin"])
        .output()
        .unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("7T:"));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("user admin, password ")
    );
    let server = TestServer::on(folder.path(), &[]);
    assert!(!server.banner.contains(", password "), "{}", server.banner);
}
