//! The requests that are sent, made from the fixtures.

use std::path::Path;

const NAMESPACE: &str = "http://www.superoffice.net/ws/crm/NetServer/Services88";
pub const USER: &str = "/Remote/Services88/User.svc";

/// What stands in a template for a number that no other request has.
const NUMBER: &str = "{number}";
/// Digits of that number.
const DIGITS: usize = 8;

/// A request as bytes, with the places of a number in it that is another one each time.
#[derive(Clone)]
pub struct Message {
    bytes: Vec<u8>,
    numbers: Vec<usize>,
}

impl Message {
    /// A SOAP 1.1 call of an operation of `User.svc` at this path.
    pub fn soap(path: &str, operation: &str, envelope: &str) -> Self {
        let fields = format!(
            "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"{NAMESPACE}/User/{operation}\"\r\n"
        );
        Self::new("POST", path, &fields, envelope)
    }

    /// A request with any header fields, which end in a line end each.
    pub fn new(method: &str, path: &str, fields: &str, body: &str) -> Self {
        let unused = "0".repeat(DIGITS);
        let pieces: Vec<_> = body.split(NUMBER).collect();
        let length = body.len() - (pieces.len() - 1) * (NUMBER.len() - DIGITS);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}Content-Length: {length}\r\n\r\n"
        );
        let mut numbers = Vec::new();
        let mut end = head.len();
        for piece in &pieces[..pieces.len() - 1] {
            end += piece.len();
            numbers.push(end);
            end += DIGITS;
        }
        Self {
            bytes: (head + &pieces.join(&unused)).into_bytes(),
            numbers,
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes a number into its places.
    pub fn number(&mut self, number: u32) {
        let digits = format!("{number:0DIGITS$}");
        for &at in &self.numbers {
            self.bytes[at..at + DIGITS].copy_from_slice(digits.as_bytes());
        }
    }

    pub fn numbered(&self, number: u32) -> Self {
        let mut message = self.clone();
        message.number(number);
        message
    }
}

/// A fixture as text.
pub fn fixture(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A fixture with a ticket in it.
fn with_ticket(path: &str, ticket: &str) -> String {
    let envelope = fixture(path);
    let start = envelope.find("7T:").expect("a placeholder");
    let end = start + envelope[start..].find('<').expect("its end");
    format!("{}{ticket}{}", &envelope[..start], &envelope[end..])
}

/// SaveUser of a new user, as the documentation prints it but with text in it, and a log-on name
/// of its own for each number.
pub fn save_filled(ticket: &str) -> Message {
    let envelope = with_ticket("documentation/User/SaveUser.request.xml", ticket);
    Message::soap(USER, "SaveUser", &fill(&envelope))
}

/// Puts text into what is printed empty, as people write it: characters of two, three and four
/// bytes, and markup. What names a role, a group, a licence or a way to log in stays empty, which
/// leaves the choice to the server.
pub fn fill(envelope: &str) -> String {
    const CHOICES: [&str; 9] = [
        "Role",
        "UserGroup",
        "LicenseOwner",
        "ModuleLicenseLink",
        "Type",
        "Credential",
        "CustomCommand",
        "MDOListItem",
        "ApplicationToken",
    ];
    let mut parents = Vec::new();
    let mut filled = String::with_capacity(envelope.len() * 2);
    for line in envelope.lines() {
        let trimmed = line.trim_start();
        let name = trimmed.trim_start_matches(['<', '/']);
        let name = &name[..name.find([' ', '>', '/']).unwrap_or(name.len())];
        let name = name.rsplit(':').next().unwrap_or_default();
        let parent = parents.last().copied().unwrap_or_default();
        match trimmed.split_once("></") {
            Some((start, _)) if trimmed.starts_with('<') => {
                let chosen = CHOICES.contains(&parent)
                    && !matches!(name, "Tooltip" | "ToolTip" | "Description");
                let text = if chosen { "" } else { text(parent, name) };
                let indent = &line[..line.len() - trimmed.len()];
                let tag = &start[1..start.find(' ').unwrap_or(start.len())];
                filled += &format!("{indent}{start}>{text}</{tag}>\n");
                continue;
            }
            _ if trimmed.starts_with("</") => {
                parents.pop();
            }
            _ if !trimmed.contains("</")
                && !trimmed.contains("/>")
                && !trimmed.starts_with("<?") =>
            {
                parents.push(name);
            }
            _ => {}
        }
        filled += line;
        filled.push('\n');
    }
    filled
}

fn text(parent: &str, name: &str) -> &'static str {
    match (parent, name) {
        ("User", "Name") => "ase{number}",
        (_, "UserName") => "ase.sondergard{number}@example.com",
        (_, "Email") => "ase{number}@example.com",
        (_, "Firstname") => "Åse Marie",
        (_, "MiddleName") => "Grøn",
        (_, "Lastname") => "Søndergård-{number}",
        (_, "Mrmrs") => "Ms",
        (_, "Kanafname") => "オーセ",
        (_, "Kanalname") => "セナゴー",
        (_, "DirectPhone" | "FaxPhone" | "MobilePhone" | "ContactPhone" | "ContactFax") => {
            "+47 22 51 80 00"
        }
        (_, "Title") => "Head of R&amp;D",
        (_, "NickName") => "Åse {number}",
        (_, "Key") => "office",
        (_, "ContactName" | "ContactFullName") => "Grøn &amp; Sönner AS",
        (_, "ContactOrgNr") => "938 012 345",
        (_, "Post1" | "Post2" | "Post3") => "Ærøskøbing gate 12 B",
        (_, "Tooltip" | "ToolTip" | "Description" | "RequestSignature") => {
            "Med vennlig hilsen &lt;Åse Søndergård&gt;, 漢字 &amp; 😀"
        }
        _ => "Ring før kl. 12, &quot;haster&quot; &amp; viktig",
    }
}
