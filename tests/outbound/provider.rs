//! An OpenID Connect provider that others wrote, and a browser for its pages.

use serde_json::{Value, json};
use services88::outbound::http::{HttpClient, HttpError};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use ureq::http::{Request, Response};
use url::Url;

/// Where the provider is told to send browsers back. Nobody listens there.
pub const CALLBACK: &str = "http://127.0.0.1:9/callback";

/// A running provider. What it stores outlives a stop.
pub struct Provider {
    options: Value,
    process: Child,
    _folder: TempDir,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outbound/provider")
}

fn node(script: &str) -> Command {
    assert!(
        folder().join("node_modules").is_dir(),
        "run `npm ci` in {}",
        folder().display()
    );
    let mut command = Command::new("node");
    command.arg(script).current_dir(folder());
    command
}

/// Texts as an access gateway encrypts them, by a library that others wrote.
pub fn encrypted(key: &str, texts: &[&str]) -> Vec<String> {
    let done = node("jwe.mjs").arg(key).args(texts).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let lines = String::from_utf8(done.stdout).unwrap();
    lines.lines().map(str::to_owned).collect()
}

impl Provider {
    /// Starts a provider.
    pub fn start() -> Self {
        Self::with(json!({}))
    }

    /// Starts one with options; the script says which there are.
    pub fn with(mut options: Value) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let folder = tempfile::tempdir().unwrap();
        options["port"] = json!(free.local_addr().unwrap().port());
        options["store"] = json!(folder.path().join("rows.json"));
        drop(free);
        Self {
            process: process(&options),
            options,
            _folder: folder,
        }
    }

    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.options["port"])
    }

    /// Kills it.
    pub fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it where it was, with what it had stored, and an option changed.
    pub fn start_again(&mut self, option: &str, value: bool) {
        self.stop();
        self.options[option] = json!(value);
        self.process = process(&self.options);
    }

    /// Lets it answer nothing until it is told to go on.
    pub fn hold(&self, is_held: bool) {
        let signal = if is_held { "-STOP" } else { "-CONT" };
        let sent = Command::new("kill")
            .args([signal, &self.process.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// The clients that are registered.
    pub fn clients(&self) -> Vec<Value> {
        let answer = get(&format!("{}/test/clients", self.issuer()), "");
        serde_json::from_slice(answer.unwrap().body()).unwrap()
    }

    /// Loses all clients.
    pub fn forget(&self) {
        get(&format!("{}/test/forget", self.issuer()), "").unwrap();
    }

    /// What the provider says of the user whose access token this is; nothing for a wrong one.
    pub fn user(&self, access_token: &str) -> Option<Value> {
        let bearer = format!("Authorization: Bearer {access_token}");
        let answer = get(&format!("{}/me", self.issuer()), &bearer).unwrap();
        let is_good = answer.status().is_success();
        is_good.then(|| serde_json::from_slice(answer.body()).unwrap())
    }

    /// Logs in with a browser, and gives the code that it brings back.
    pub fn log_in(&self, client_id: &str, challenge: &str, nonce: &str) -> String {
        let mut url = Url::parse(&format!("{}/auth", self.issuer())).unwrap();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", CALLBACK)
            .append_pair("scope", "openid offline_access")
            .append_pair("prompt", "consent")
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        if !nonce.is_empty() {
            url.query_pairs_mut().append_pair("nonce", nonce);
        }
        let mut cookies = BTreeMap::new();
        for _ in 0..10 {
            if url.as_str().starts_with(CALLBACK) {
                let found = url.query_pairs().find(|(name, _)| name == "code");
                return found.unwrap_or_else(|| panic!("{url}")).1.into_owned();
            }
            let jar: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let answer = get(url.as_str(), &format!("Cookie: {}", jar.join("; "))).unwrap();
            for cookie in answer.headers().get_all("set-cookie") {
                let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = cookie.split_once('=').unwrap();
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let page = String::from_utf8_lossy(answer.body());
            let next = answer.headers().get("location");
            let next = next.unwrap_or_else(|| panic!("{url}: {page}"));
            url = url.join(next.to_str().unwrap()).unwrap();
        }
        panic!("it never comes back: {url}");
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn process(options: &Value) -> Child {
    let mut process = node("server.mjs")
        .arg(options.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    // It stays open: the provider prints more, and would fall over a closed one.
    let mut out = BufReader::new(process.stdout.as_mut().unwrap());
    // Warnings come before.
    while !line.contains("http://") {
        line.clear();
        let length = out.read_line(&mut line).unwrap();
        assert!(length > 0, "the provider does not start");
    }
    process
}

/// Gets a page, with a header field if it is not empty.
fn get(url: &str, field: &str) -> Result<Response<Vec<u8>>, HttpError> {
    let mut request = Request::get(url);
    if let Some((name, value)) = field.split_once(": ")
        && !value.is_empty()
    {
        request = request.header(name, value);
    }
    HttpClient::new(Duration::from_secs(10)).send(request.body(Vec::new()).unwrap())
}
