//! Envelopes, made from the fixtures.

use services88::config::MessageLimits;
use services88::contract::user::User;
use services88::contract::user_service::SaveUser;
use services88::format::soap::Incoming;
use std::path::Path;

/// A request of `User.svc` as clients send it, in SOAP 1.1.
pub fn client(operation: &str, ticket: &str) -> String {
    with_ticket(&format!("client/User/{operation}.request.xml"), ticket)
}

/// The same as the vendor's documentation prints it: as SOAP 1.2, every element with its type.
pub fn printed(operation: &str, ticket: &str) -> String {
    with_ticket(
        &format!("documentation/User/{operation}.request.xml"),
        ticket,
    )
}

fn with_ticket(path: &str, ticket: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path);
    let envelope = std::fs::read_to_string(&path);
    let envelope = envelope.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let start = envelope.find("7T:").expect("a placeholder");
    let end = start + envelope[start..].find('<').expect("its end");
    format!("{}{ticket}{}", &envelope[..start], &envelope[end..])
}

/// The user in a SaveUser envelope.
pub fn user(envelope: &str) -> User {
    let incoming = Incoming::open(envelope, MessageLimits::default());
    let incoming = incoming.map_err(|(_, fault)| fault).expect("an envelope");
    let mut request = SaveUser::default();
    incoming.read(&mut request).expect("a request");
    request.user.expect("a user")
}

/// Puts text into what is printed empty, as people write it: characters of two, three and four
/// bytes, and markup. What names a role, a group, a licence or a way to log in stays empty, which
/// leaves the choice to the server, and so does what only another server understands.
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
        "TimeZone",
    ];
    let mut parents = Vec::new();
    let mut filled = String::with_capacity(envelope.len() * 2);
    for line in envelope.lines() {
        let trimmed = line.trim_start();
        let name = trimmed.trim_start_matches(['<', '/']);
        let name = &name[..name.find([' ', '>', '/']).unwrap_or(name.len())];
        let name = name.rsplit(':').next().unwrap_or_default();
        let parent = parents.last().copied().unwrap_or_default();
        match line.split_once("></") {
            Some((start, end)) => {
                let is_choice = CHOICES.contains(&parent)
                    && !matches!(name, "Tooltip" | "ToolTip" | "Description");
                let text = if is_choice { "" } else { text(parent, name) };
                filled += &format!("{start}>{text}</{end}\n");
                continue;
            }
            None if trimmed.starts_with("</") => drop(parents.pop()),
            None if !trimmed.contains("</") && !trimmed.contains("/>") => parents.push(name),
            None => {}
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
        (_, "NickName") => "Åse {number}",
        (_, "Lastname") => "Søndergård-{number}",
        (_, "Firstname") => "Åse Marie",
        (_, "MiddleName") => "Grøn",
        (_, "Mrmrs") => "Ms",
        (_, "Kanafname") => "オーセ",
        (_, "Kanalname") => "セナゴー",
        (_, "DirectPhone" | "FaxPhone" | "MobilePhone" | "ContactPhone" | "ContactFax") => {
            "+47 22 51 80 00"
        }
        (_, "Title") => "Head of R&amp;D",
        (_, "Key") => "office",
        (_, "ContactName" | "ContactFullName") => "Grøn &amp; Sönner AS",
        (_, "ContactOrgNr") => "938 012 345",
        (_, "Post1" | "Post2" | "Post3") => "Ærøskøbing gate 12 B",
        (_, "RedirectUri") => "https://crm.example.com/signed-in?from=gateway&amp;to=start",
        (_, "Tooltip" | "ToolTip" | "Description" | "RequestSignature") => {
            "Med vennlig hilsen &lt;Åse Søndergård&gt;, 漢字 &amp; 😀"
        }
        _ => "Ring før kl. 12, &quot;haster&quot; &amp; viktig",
    }
}
