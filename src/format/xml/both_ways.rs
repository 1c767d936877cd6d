//! What is taken in one step and what is taken token by token are the same: the same carriers
//! from what is right, and the same faults from what is nearly right.

use super::{Scanner, Token, read, write};
use crate::config::MessageLimits;
use crate::contract::user_service::SaveUser;
use crate::format::filled::fill;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const PRINTED: &str = include_str!("../../../fixtures/documentation/User/SaveUser.request.xml");

const ROOT: &str = "<User:SaveUser xmlns:User=\"http://www.superoffice.net/ws/crm/NetServer/Services88\" \
    xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xmlns:o=\"urn:other\" xmlns:also=\"http://www.superoffice.net/ws/crm/NetServer/Services88\">";

/// What may go wrong, or only look wrong, in the middle of a document.
const PIECES: &[&str] = &[
    "",
    " ",
    "\n",
    "\r\n",
    "<",
    ">",
    "/",
    "&",
    "]]>",
    "x",
    "é",
    "7",
    "&amp;",
    "&#65;",
    "&none;",
    "<!-- c -->",
    "<![CDATA[a<b]]>",
    "<?p i?>",
    "<o:a/>",
    "<User:Unknown><User:Name>1</User:Name></User:Unknown>",
    "<User:Name>again</User:Name>",
    "<also:Name>again</also:Name>",
    "<Name>another</Name>",
    "<User:AssociateId xsi:nil=\"true\"/>",
    " xsi:nil=\"true\"",
    " xsi:nil=\"0\"",
    " xsi:nil='true'",
    " xsi:nil=\"maybe\"",
    " xsi:type=\"a&amp;b\"",
    " xsi:type=\"a<b\"",
    " xsi:type='xsd:string'",
    " o:a=\"1\" o:a=\"2\"",
    " xmlns:User=\"urn:other\"",
    " xmlns:xsi=\"urn:other\"",
    " xmlns=\"urn:other\"",
    "User:",
    "o:",
    "also:",
];

/// Documents that are right, each written in another way.
fn documents() -> Vec<String> {
    let from = PRINTED.find("<User:User ").expect("the argument");
    let to = PRINTED.find("</User:SaveUser>").expect("the end");
    let printed = format!("{ROOT}{}</User:SaveUser>", &PRINTED[from..to]);
    let texts = printed.replace(
        "xsi:type=\"xsd:string\"></",
        "xsi:type=\"xsd:string\">Ås &amp; &lt;b&gt; ]] &quot;1&apos; </",
    );
    let untyped = ["string", "int", "short", "boolean", "dateTime"]
        .iter()
        .fold(printed.clone(), |text, name| {
            text.replace(&format!(" xsi:type=\"xsd:{name}\""), "")
        });
    let nil = untyped.replace("<User:Name></User:Name>", "<User:Name xsi:nil=\"true\"/>");
    let empty = untyped.replace("<User:Name></User:Name>", "<User:Name/>");
    let bare = untyped
        .replace("User:", "")
        .replace("xmlns:User=", "xmlns=");
    let packed = untyped.lines().map(str::trim).collect();
    let mut request = SaveUser::default();
    fill(&mut request, 1);
    let mut ours = String::from("<SaveUser");
    write::push_declarations(&mut ours);
    ours.push('>');
    write::members(&mut ours, &request);
    ours.push_str("</SaveUser>");
    vec![printed, texts, untyped, nil, empty, bare, packed, ours]
}

/// What is read, or why it is not.
fn reading(text: &str, limits: MessageLimits, step_by_step: bool) -> Result<SaveUser, String> {
    let mut scanner = Scanner::new(text, limits);
    if step_by_step {
        scanner = scanner.step_by_step();
    }
    let mut request = SaveUser::default();
    let mut read = || match scanner.next_tag()? {
        Token::Start(_) => {
            read::object(&mut scanner, &mut request)?;
            match scanner.next_tag()? {
                Token::Eof => Ok(()),
                other => Err(scanner.fault(format_args!("{other:?}"))),
            }
        }
        other => Err(scanner.fault(format_args!("{other:?}"))),
    };
    read().map_err(|fault| fault.to_string())?;
    Ok(request)
}

fn check(text: &str, limits: MessageLimits) -> Result<SaveUser, String> {
    // Once more, since the root may be known then.
    let [first, again, other] =
        [false, false, true].map(|step_by_step| reading(text, limits, step_by_step));
    assert_eq!(first, other, "{text}");
    assert_eq!(again, other, "{text}");
    other
}

/// Puts pieces into a document: at any place, or behind the next `>`, in place of some bytes.
fn spoilt(text: &str, changes: &[(Index, &'static str, usize, bool)]) -> String {
    let mut text = text.to_owned();
    for (at, piece, length, behind_tag) in changes {
        let mut at = at.index(text.len());
        if *behind_tag {
            at += text[..].as_bytes()[at..]
                .iter()
                .position(|byte| *byte == b'>')
                .unwrap_or(0);
            at += length & 1;
        }
        let at = text.ceil_char_boundary(at);
        let end = text.ceil_char_boundary(at + length / 8);
        text.replace_range(at..end, piece);
    }
    text
}

#[test]
fn what_is_right_is_read_the_same() {
    for text in documents() {
        let read = check(&text, MessageLimits::default());
        assert!(read.is_ok_and(|read| read.user.is_some()), "{text}");
    }
}

#[test]
fn limits_end_both_at_the_same_element() {
    for text in documents() {
        for count in 0..12 {
            let limits = |change: fn(&mut MessageLimits, usize)| {
                let mut limits = MessageLimits::default();
                change(&mut limits, count);
                limits
            };
            let _ = check(&text, limits(|limits, count| limits.elements = count * 9));
            let _ = check(&text, limits(|limits, count| limits.depth = count));
            let _ = check(&text, limits(|limits, count| limits.attributes = count));
            let _ = check(&text, limits(|limits, count| limits.name_bytes = count * 3));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_nearly_right_is_read_or_refused_the_same(
        text in select(documents()),
        changes in proptest::collection::vec(
            (any::<Index>(), select(PIECES), 0_usize..120, prop::bool::weighted(0.7)),
            1..3,
        ),
    ) {
        let _ = check(&spoilt(&text, &changes), MessageLimits::default());
    }
}
