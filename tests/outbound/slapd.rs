//! OpenLDAP's server in a folder of its own, filled with people and groups.

use crate::support::{TestServer, eventually};
use std::fmt::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The password of the account that may read.
pub const PASSWORD: &str = "Reader-Horse-5";
/// How many there are in the crowd.
pub const CROWD: usize = 620;

/// A group with Ann and Bjørn, and something that is nobody.
pub const SALES: &str = "cn=Salg\\, Støtte (alle),ou=groups,dc=example,dc=com";

const PEOPLE: &str = "ou=people,dc=example,dc=com";
const GROUPS: &str = "ou=groups,dc=example,dc=com";

/// A running slapd. It is killed when it is dropped.
pub struct Slapd {
    process: Child,
    plain: u16,
    secure: u16,
    folder: TempDir,
}

impl Slapd {
    /// Starts one that lets nobody read who has not logged in.
    pub fn start() -> Self {
        Self::with("")
    }

    /// Starts one with further lines of configuration.
    pub fn with(configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        certificates(folder.path());
        let config = folder.path().join("slapd.conf");
        std::fs::write(&config, settings(folder.path(), configuration)).unwrap();
        let content = folder.path().join("content.ldif");
        std::fs::write(&content, ldif()).unwrap();
        std::fs::create_dir(folder.path().join("db")).unwrap();
        let program = ["-q", "-f", config.to_str().unwrap(), "-l"];
        run(Command::new("/usr/sbin/slapadd")
            .args(program)
            .arg(&content));
        let [plain, secure] = free_ports();
        let urls = format!("ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{secure}");
        let process = Command::new("/usr/sbin/slapd")
            .args(["-d", "0", "-h", &urls, "-f"])
            .arg(&config)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        eventually("slapd listens", || {
            TcpStream::connect(("127.0.0.1", secure)).is_ok()
        });
        Self {
            process,
            plain,
            secure,
            folder,
        }
    }

    pub fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// `ldap://…`
    pub fn plain(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.plain)
    }

    /// `ldaps://…`
    pub fn secure(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.secure)
    }

    /// The certificate of who vouches for this server.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Starts our server with this directory, and with further settings.
    pub fn server(&self, settings: &[(&str, &str)]) -> TestServer {
        let url = self.plain();
        let mut all = vec![
            ("directory.url", url.as_str()),
            ("directory.bind_dn", "cn=reader,dc=example,dc=com"),
            ("directory.bind_password", PASSWORD),
            ("directory.user_base", PEOPLE),
            ("directory.group_base", GROUPS),
        ];
        all.extend(settings);
        TestServer::with(&all)
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Ports that were free a moment ago.
fn free_ports() -> [u16; 2] {
    let taken = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    taken.map(|listener| listener.local_addr().unwrap().port())
}

fn run(command: &mut Command) {
    let done = command.output().unwrap_or_else(|error| {
        panic!("{command:?}: {error} (Debian: apt-get install slapd openssl)")
    });
    assert!(done.status.success(), "{command:?}: {done:?}");
}

/// Makes a certificate authority, and a key and a certificate for this machine.
fn certificates(folder: &Path) {
    let extension = folder.join("extension");
    std::fs::write(&extension, "subjectAltName=IP:127.0.0.1\n").unwrap();
    for line in [
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Authority -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=slapd -keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem -extfile extension",
    ] {
        run(Command::new("openssl")
            .args(line.split(' '))
            .current_dir(folder));
    }
}

fn settings(folder: &Path, further: &str) -> String {
    let folder = folder.display();
    format!(
        r#"include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.4.146 NAME 'objectSid' EQUALITY octetStringMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.6 NAME 'securityPrincipal' SUP top AUXILIARY MAY objectSid )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
sizelimit unlimited
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
{further}
database mdb
suffix "dc=example,dc=com"
directory {folder}/db
dbnosync
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=reader,dc=example,dc=com" read by * none
"#
    )
}

/// What is in the directory. Values that are no plain ASCII may stand in LDIF as they are, as long
/// as they begin with a letter.
fn ldif() -> String {
    let mut text = format!(
        "dn: dc=example,dc=com\nobjectClass: dcObject\nobjectClass: organization\n\
         dc: example\no: Example\n\n\
         dn: cn=reader,dc=example,dc=com\nobjectClass: organizationalRole\n\
         objectClass: simpleSecurityObject\ncn: reader\nuserPassword: {PASSWORD}\n\n\
         dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n\n\
         dn: {GROUPS}\nobjectClass: organizationalUnit\nou: groups\n\n\
         dn: cn=printer,{PEOPLE}\nobjectClass: device\ncn: printer\n\n"
    );
    let mut person = |id: &str, display: &str, first: &str, last: &str, further: &str| {
        let first = match first {
            "" => String::new(),
            name => format!("givenName: {name}\n"),
        };
        writeln!(
            text,
            "dn: uid={id},{PEOPLE}\nobjectClass: inetOrgPerson\nobjectClass: securityPrincipal\n\
             uid: {id}\ncn: {display}\n{first}sn: {last}\n{further}"
        )
        .unwrap();
    };
    // S-1-5-21-1-2-3-1001
    let sid = "objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAA6QMAAA==\n";
    // Without a running server nobody else notes what groups somebody is in.
    let ann = format!("mail: ann@example.com\nmemberOf: {SALES}\n{sid}");
    person("ann", "Ann Åsen", "Ann", "Åsen", &ann);
    person("bjorn", "Bjørn (Bø) *", "Bjørn", "Bø", "ou: north\n");
    person("backup", "Nightly backup", "", "Backup", "");
    for number in 0..CROWD {
        let id = format!("crowd{number:03}");
        person(&id, &format!("Crowd {number:03}"), "Crowd", &id, "");
    }
    let mut group = |name: &str, members: &[String]| {
        let members: Vec<_> = members.iter().map(|dn| format!("member: {dn}\n")).collect();
        let escaped = name.replace(',', "\\,");
        writeln!(
            text,
            "dn: cn={escaped},{GROUPS}\nobjectClass: groupOfNames\ncn: {name}\n{}",
            members.concat()
        )
        .unwrap();
    };
    let of = |id: &str| format!("uid={id},{PEOPLE}");
    group(
        "Salg, Støtte (alle)",
        &[of("ann"), of("bjorn"), format!("cn=printer,{PEOPLE}")],
    );
    let crowd: Vec<_> = (0..CROWD)
        .map(|number| of(&format!("crowd{number:03}")))
        .collect();
    group("Crowd", &crowd);
    group("Gone", &[of("gone")]);
    text
}
