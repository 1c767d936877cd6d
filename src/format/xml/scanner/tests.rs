//! What is read of a document, and what is refused.

use super::{Scanner, Token};
use crate::config::MessageLimits;
use crate::format::xml::Ns;

/// All tokens in a short form, or the fault.
fn scan(text: &str) -> Result<String, String> {
    let mut scanner = Scanner::new(text, MessageLimits::default());
    let mut out = String::new();
    loop {
        match scanner.token().map_err(|fault| fault.to_string())? {
            Token::Start(tag) => {
                let uri = scanner.uri(tag.ns).to_owned();
                out += &format!(
                    "<{{{uri}}}{}{}>",
                    tag.local,
                    if tag.nil { " nil" } else { "" }
                );
            }
            Token::End => out += "</>",
            Token::Text(text) => out += &text,
            Token::Eof => return Ok(out),
        }
    }
}

#[test]
fn namespaces_follow_the_scopes() {
    assert_eq!(
        scan("<a xmlns='u:1' xmlns:p='u:2'><p:b xmlns:p='u:3'><p:c xmlns=''><d/></p:c></p:b><p:e/><f/></a>").unwrap(),
        "<{u:1}a><{u:3}b><{u:3}c><{}d></></></><{u:2}e></><{u:1}f></></>"
    );
    let xsi = "http://www.w3.org/2001/XMLSchema-instance";
    assert_eq!(
        scan(&format!(
            "<a xmlns:z='{xsi}'><b z:nil='1'/><b z:nil='false'/><b nil='true'/></a>"
        ))
        .unwrap(),
        "<{}a><{}b nil></><{}b></><{}b></></>"
    );
}

#[test]
fn text_is_decoded_in_pieces() {
    assert_eq!(
        scan("<?xml version='1.0'?>\r\n<!-- c --><a>1&lt;&#x1F600;<![CDATA[<&]]>\r\n2<!-- x -->3</a>\n<!-- d -->").unwrap(),
        "\n<{}a>1<😀<&\n23</>\n"
    );
}

#[test]
fn attributes_are_normalised() {
    let mut scanner = Scanner::new("<a b='1&amp;2' c = \"x\ty\"/>", MessageLimits::default());
    assert!(matches!(scanner.token(), Ok(Token::Start(_))));
    assert_eq!(scanner.attribute(Ns::None, "b").unwrap().unwrap(), "1&2");
    assert_eq!(scanner.attribute(Ns::None, "c").unwrap().unwrap(), "x y");
    assert_eq!(scanner.attribute(Ns::Xsi, "b").unwrap(), None);
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for text in [
        "",
        " ",
        "text",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>text",
        "text<a/>",
        "<a/>&amp;",
        "<a/><![CDATA[]]>",
        "<a b/>",
        "<a b=c/>",
        "<a b='1' b='2'/>",
        "<a b='1'c='2'/>",
        "<a b='<'/>",
        "<a b='&x;'/>",
        "<a b='&#1;'/>",
        "<a xmlns:p='u:1' xmlns:q='u:1' p:b='1' q:b='2'/>",
        "<a xmlns:p='u:1' xmlns:q='u:1' c='' p:b='1' q:b='2'/>",
        "<p:a/>",
        "<a p:b=''/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xmlns='u:1'/>",
        "<a xmlns:xml='u:1'/>",
        "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns='u:1' xmlns='u:2'/>",
        "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<a>&x;</a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x1F;</a>",
        "<a>&</a>",
        "<a>& b;</a>",
        "<a>&#;</a>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><![CDATA[</a>",
        "<a",
        "<1a/>",
        "<a:b:c/>",
        "< a/>",
        "<a$/>",
        "<?xml version='1.1'?><a/>",
        " <?xml version='1.0'?><a/>",
        "<a><?xml version='1.0'?></a>",
        "<?xml?><a/>",
        "<?pi x?><a/>",
        "<a><?pi?></a>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<a></a b='1'>",
        "<a/ >",
        "<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='yes'/>",
    ] {
        assert!(scan(text).is_err(), "accepted: {text}");
    }
    for text in [
        "<a ></a >",
        "<a\n\tb = '1'\r\n/>",
        "<a b='>'/>",
        "<_.-/>",
        "<é/>",
        "<a xml:lang='x'/>",
    ] {
        assert!(scan(text).is_ok(), "refused: {text}: {:?}", scan(text));
    }
}

#[test]
fn limits_hold() {
    let nested = |count: usize| "<a>".repeat(count) + &"</a>".repeat(count);
    assert!(scan(&nested(64)).is_ok());
    assert!(scan(&nested(65)).is_err());
    let attributes = |count: usize| {
        let list: String = (0..count).map(|at| format!(" a{at}=''")).collect();
        format!("<a{list}/>")
    };
    assert!(scan(&attributes(200)).is_ok());
    assert!(scan(&attributes(201)).is_err());
    assert!(scan(&format!("<{}/>", "a".repeat(1025))).is_err());
    assert!(scan(&format!("<a>{}</a>", "<b/>".repeat(50_000))).is_err());
    let uri = |length| format!("<a xmlns='{}'/>", "u".repeat(length));
    assert!(scan(&uri(1024)).is_ok());
    assert!(scan(&uri(1025)).is_err());
    let declarations: String = (0..65).map(|at| format!(" xmlns:p{at}='u:{at}'")).collect();
    assert!(scan(&format!("<a{declarations}/>")).is_err());
}

#[test]
fn a_fault_repeats_no_more_than_a_little_of_the_message() {
    let long = "ø".repeat(100_000);
    for text in [format!("<a></{long}>"), format!("<a {long}='1'/>")] {
        assert!(scan(&text).unwrap_err().chars().count() < 300);
    }
}

#[test]
fn a_fault_names_the_line() {
    assert!(scan("<a>\n<b>\n</a>").unwrap_err().contains("line 3"));
}
