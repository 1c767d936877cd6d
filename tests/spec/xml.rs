//! XML 1.0 and Namespaces in XML 1.0: what a processor that does not validate has to refuse and
//! to take, after the productions that the W3C's test suite goes by. Messages have no document
//! type, so whatever needs one is refused as a whole.

use crate::faults::{CLIENT, VERSIONS};
use crate::peer::{Peer, peer};
use crate::support::{Soap, USER};

/// An envelope with this markup among the arguments, where unknown members are passed over.
fn holding(peer: &Peer, soap: Soap, markup: &str) -> String {
    let good = peer.good(soap);
    good.replace("</GetRole>", &format!("{markup}</GetRole>"))
}

#[track_caller]
fn taken(markups: &[&str]) {
    let peer = peer();
    for soap in VERSIONS {
        for markup in markups {
            peer.takes(soap, &holding(&peer, soap, markup));
        }
    }
}

#[track_caller]
fn refused(markups: &[&str]) {
    let peer = peer();
    for soap in VERSIONS {
        for markup in markups {
            peer.refuses(soap, &holding(&peer, soap, markup), &CLIENT);
        }
    }
}

/// [1] document: one root, nothing but comments and white space about it.
#[test]
fn production_1_document() {
    let peer = peer();
    for soap in VERSIONS {
        let good = peer.good(soap);
        for broken in [
            String::new(),
            " ".to_owned(),
            "<!-- only -->".to_owned(),
            format!("{good}{good}"),
            format!("{good}<a/>"),
            format!("{good}text"),
            format!("text{good}"),
            format!("{good}&#32;"),
            format!("{good}<![CDATA[]]>"),
            format!("{good}</s:Envelope>"),
            good.trim_end_matches('>').to_owned(),
        ] {
            peer.refuses(soap, &broken, &CLIENT);
        }
        peer.takes(soap, &format!("\n \t\r\n{good}\n<!-- end -->\n"));
    }
}

/// [2] Char: control characters, surrogates, U+FFFE and U+FFFF are none, as they are or by reference.
#[test]
fn production_2_characters() {
    refused(&[
        "<a>\u{1}</a>",
        "<a>\u{8}</a>",
        "<a>\u{b}</a>",
        "<a>\u{1f}</a>",
        "<a b=\"\u{c}\"/>",
        "<a>\u{FFFE}</a>",
        "<a>\u{FFFF}</a>",
        "<!--\u{2}-->",
        "<![CDATA[\u{3}]]>",
        "<a>&#0;</a>",
        "<a>&#8;</a>",
        "<a>&#x1F;</a>",
        "<a>&#xD800;</a>",
        "<a>&#xDFFF;</a>",
        "<a>&#xFFFE;</a>",
        "<a>&#xFFFF;</a>",
        "<a>&#x110000;</a>",
        "<a b=\"&#1;\"/>",
        "<a>&#99999999999999999999;</a>",
    ]);
    taken(&[
        "<a>\t\n\r \u{7f}\u{85}\u{a0}\u{2028}\u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}</a>",
        "<a>&#9;&#xA;&#xd;&#x85;&#xD7FF;&#xE000;&#xFFFD;&#x10000;&#x10FFFF;</a>",
    ]);
}

/// [2]: bytes that are no UTF-8 are refused: cut, overlong, surrogates, beyond the last.
#[test]
fn production_2_bytes() {
    let peer = peer();
    let sequences: [&[u8]; 8] = [
        b"\xFF",
        b"\x80",
        b"\xC3",
        b"\xC0\x80",
        b"\xE0\x80\x80",
        b"\xED\xA0\x80",
        b"\xF4\x90\x80\x80",
        b"\xF8\x88\x80\x80\x80",
    ];
    for soap in VERSIONS {
        let good = holding(&peer, soap, "<a>HERE</a>");
        let (before, after) = good.split_once("HERE").unwrap();
        for sequence in sequences {
            let body = [before.as_bytes(), sequence, after.as_bytes()].concat();
            let field = format!("Content-Type: {}", soap.content_type());
            let response = peer.request("POST", USER, &[&field], &body);
            crate::faults::fault(soap, &response, &CLIENT);
        }
    }
}

/// [4], [5] Name: what may begin one, and what may follow.
#[test]
fn production_5_names() {
    refused(&[
        "<1a/>",
        "<-a/>",
        "<.a/>",
        "<a$/>",
        "<a!/>",
        "<a\u{d7}/>",
        "<\u{b7}a/>",
        "<a 1b=\"\"/>",
        "<a -b=\"\"/>",
        "<a \u{37e}=\"\"/>",
        "< a/>",
        "<a\u{2001}b/>",
        "<\u{300}a/>",
    ]);
    taken(&[
        "<_a/>",
        "<a-.1\u{b7}/>",
        "<Æ日\u{10000}/>",
        "<a \u{e5}-1=\"\"/>",
        "<a\u{300}/>",
    ]);
}

/// [10] AttValue: quoted, without `<` and bare `&`.
#[test]
fn production_10_attribute_values() {
    refused(&[
        "<a b=c/>",
        "<a b=\"/>",
        "<a b='x\"/>",
        "<a b=\"<\"/>",
        "<a b=\"&\"/>",
        "<a b=\"& \"/>",
        "<a b/>",
        "<a b=/>",
        "<a =\"c\"/>",
        "<a b=\"c\"d=\"e\"/>",
        "<a \"b\"/>",
        "<a b==\"c\"/>",
    ]);
    taken(&["<a b = 'c\"&lt;&amp;&quot;&apos;&gt;>'  d\n=\n\"'\"/>"]);
}

/// [14] CharData: no `]]>`, no bare `&`.
#[test]
fn production_14_text() {
    refused(&[
        "<a>]]></a>",
        "<a>x]]>y</a>",
        "<a>& </a>",
        "<a>&</a>",
        "<a>a&b</a>",
    ]);
    taken(&["<a>] ]> ]] > &gt; ]]&gt;</a>"]);
}

/// [15] Comment: no `--` inside, and it ends.
#[test]
fn production_15_comments() {
    refused(&[
        "<!-- a -- b -->",
        "<!-- a --->",
        "<!--->",
        "<!-->",
        "<!- a -->",
        "<!-- a",
        "<! -- a -->",
    ]);
    taken(&["<!---->", "<!-- - -->", "<!-- <a> & ]]> &nothing; -->"]);
}

/// [16] PI: none in a message (Basic Profile R1009), and none of the name xml.
#[test]
fn production_16_processing_instructions() {
    refused(&[
        "<?a?>",
        "<?a b?>",
        "<?xml version=\"1.0\"?>",
        "<?XML?>",
        "<?a",
        "<??>",
    ]);
}

/// [18] CDSect: inside elements, closed, in capitals, not nested.
#[test]
fn production_18_cdata() {
    refused(&[
        "<a><![cdata[x]]></a>",
        "<a><![CDATA[x]></a>",
        "<a><![CDATA [x]]></a>",
        "<a><![CDATA[a<![CDATA[b]]>c]]></a>",
        "<a><![CDATA[</a>",
    ]);
    taken(&[
        "<a><![CDATA[<b>&amp;&x; ]] > ]]></a>",
        "<a><![CDATA[]]></a>",
        "<a>x<![CDATA[y]]>z</a>",
    ]);
}

/// [22] to [28]: no document type declaration, in whatever state.
#[test]
fn production_28_document_types() {
    let peer = peer();
    for soap in VERSIONS {
        let good = peer.good(soap);
        for doctype in [
            "<!DOCTYPE a>",
            "<!DOCTYPE a []>",
            "<!doctype a>",
            "<!DOCTYPE a SYSTEM \"file:///etc/hostname\">",
            "<!DOCTYPE a PUBLIC \"-//x\" \"http://127.0.0.1:9/\">",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>",
            "<!DOCTYPE a [<!ENTITY % b SYSTEM \"http://127.0.0.1:9/\"> %b;]>",
            "<!DOCTYPE a [<!ATTLIST a b CDATA \"c\">]>",
            "<!ELEMENT a ANY>",
            "<!ENTITY a \"b\">",
        ] {
            peer.refuses(soap, &format!("{doctype}{good}"), &CLIENT);
            peer.refuses(
                soap,
                &format!("<?xml version=\"1.0\"?>\n{doctype}{good}"),
                &CLIENT,
            );
        }
        refused(&["<!DOCTYPE a>", "<!ENTITY a \"b\">"]);
    }
}

/// [23] XMLDecl: at the very start, version first, its members in order, in quotes.
#[test]
fn production_23_declaration() {
    let peer = peer();
    for soap in VERSIONS {
        let good = peer.good(soap);
        for declaration in [
            "<?xml version=\"1.0\"?>",
            "<?xml version='1.0' encoding='UTF-8' standalone='no'?>",
            "<?xml\tversion = \"1.0\"\n?>",
        ] {
            peer.takes(soap, &format!("{declaration}{good}"));
        }
        for declaration in [
            " <?xml version=\"1.0\"?>",
            "<!-- --><?xml version=\"1.0\"?>",
            "<?xml?>",
            "<?xml encoding=\"UTF-8\"?>",
            "<?xml encoding=\"UTF-8\" version=\"1.0\"?>",
            "<?xml version=1.0?>",
            "<?xml version=\"2.0\"?>",
            "<?xml version=\"1.0\" standalone=\"maybe\"?>",
            "<?xml version=\"1.0\" standalone=\"yes\" encoding=\"UTF-8\"?>",
            "<?xml version=\"1.0\" encoding=\"-utf8\"?>",
            "<?xml version=\"1.0\"encoding=\"UTF-8\"?>",
            "<?xml version=\"1.0\" more=\"x\"?>",
            "<?XML version=\"1.0\"?>",
            "<?xml version=\"1.0\"?><?xml version=\"1.0\"?>",
            "<?xml version=\"1.0\"",
        ] {
            let response = peer.post_text(soap, &format!("{declaration}{good}"));
            assert!((400..=500).contains(&response.status), "{declaration}");
            assert!(response.body.contains("Fault"), "{declaration}");
        }
    }
}

/// [39] to [44]: every start has its end, of the same name, and nothing in between them is cut.
#[test]
fn production_39_elements() {
    refused(&[
        "<a>",
        "</a>",
        "<a></b>",
        "<a><b></a></b>",
        "<a></A>",
        "<a></ a>",
        "<a><",
        "<a",
        "<a/",
        "<>",
        "</>",
        "< >",
        "<a / >",
        "<a></a b=\"c\">",
        "<a/ >",
        "<a></a/>",
        "<a<b/>/>",
        "<o:a xmlns:o=\"urn:o\"></a>",
        "<a><!-- </a> -->",
    ]);
    taken(&[
        "<a ></a >",
        "<a\n/>",
        "<a b=\"c\"\t></a\r\n>",
        "<a><b/><b></b></a>",
    ]);
}

/// [40] with its constraint: an attribute comes once, by its expanded name too.
#[test]
fn production_40_attributes_are_unique() {
    refused(&[
        "<a b=\"1\" b=\"2\"/>",
        "<a b=\"1\" c=\"\" b=\"1\"/>",
        "<a xmlns:x=\"urn:x\" xmlns:y=\"urn:x\" x:b=\"1\" y:b=\"2\"/>",
        "<a xmlns=\"urn:x\" xmlns=\"urn:x\"/>",
        "<a xmlns:x=\"urn:x\" xmlns:x=\"urn:y\"/>",
    ]);
    taken(&["<a xmlns:x=\"urn:x\" xmlns:y=\"urn:y\" b=\"1\" x:b=\"2\" y:b=\"3\"/>"]);
}

/// [66], [68]: references end in a semicolon, and only the five entities exist.
#[test]
fn production_68_references() {
    refused(&[
        "<a>&nbsp;</a>",
        "<a>&lt</a>",
        "<a>&;</a>",
        "<a>& lt;</a>",
        "<a>&LT;</a>",
        "<a>&#;</a>",
        "<a>&#x;</a>",
        "<a>&#xG;</a>",
        "<a>&#65</a>",
        "<a>&#X41;</a>",
        "<a>&#-1;</a>",
        "<a>&#1A;</a>",
        "<a>%pe;&pe;</a>",
        "<a b=\"&unknown;\"/>",
        "<a>&#+65;</a>",
        "<a>&# 65;</a>",
    ]);
    taken(&["<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x41;&#x0041;&#00065;</a>"]);
}

/// Namespaces, 3 and 5: prefixes are declared where they are used, and no further.
#[test]
fn namespaces_5_prefixes_are_declared() {
    refused(&[
        "<o:a/>",
        "<a o:b=\"\"/>",
        "<a xmlns:o=\"urn:o\"/><o:b/>",
        "<o:a><b xmlns:o=\"urn:o\"/></o:a>",
    ]);
    taken(&[
        "<o:a xmlns:o=\"urn:o\" o:b=\"\"><o:c/></o:a>",
        "<a o:b=\"\" xmlns:o=\"urn:o\"/>",
        "<o:a xmlns:o=\"urn:1\"><o:b xmlns:o=\"urn:2\"/><o:c/></o:a>",
    ]);
}

/// Namespaces, 3: `xml` and `xmlns` belong to themselves.
#[test]
fn namespaces_3_reserved_prefixes() {
    refused(&[
        "<a xmlns:xml=\"urn:x\"/>",
        "<a xmlns:xmlns=\"http://www.w3.org/2000/xmlns/\"/>",
        "<a xmlns:x=\"http://www.w3.org/XML/1998/namespace\"/>",
        "<a xmlns:x=\"http://www.w3.org/2000/xmlns/\"/>",
        "<a xmlns=\"http://www.w3.org/XML/1998/namespace\"/>",
        "<a xmlns=\"http://www.w3.org/2000/xmlns/\"/>",
        "<xmlns:a/>",
    ]);
    taken(&[
        "<a xml:lang=\"en\" xml:space=\"preserve\"/>",
        "<a xmlns:xml=\"http://www.w3.org/XML/1998/namespace\"/>",
    ]);
}

/// Namespaces, 5: a prefix cannot be undeclared, the default can.
#[test]
fn namespaces_5_prefixes_are_not_undeclared() {
    refused(&[
        "<a xmlns:o=\"\"/>",
        "<o:a xmlns:o=\"urn:o\"><b xmlns:o=\"\"/></o:a>",
    ]);
    taken(&["<a xmlns=\"\"><b/></a>"]);
}

/// Namespaces, 4: a qualified name has one colon at most, and something on each side of it.
#[test]
fn namespaces_4_qualified_names() {
    refused(&[
        "<:a/>",
        "<a:/>",
        "<:/>",
        "<o:a:b xmlns:o=\"urn:o\"/>",
        "<a xmlns:=\"urn:o\"/>",
        "<a :b=\"\"/>",
        "<a xmlns:o=\"urn:o\" o:=\"\"/>",
        "<o:1a xmlns:o=\"urn:o\"/>",
    ]);
}

/// 2.11: line ends become one line feed, and attribute values are made even (3.3.3): seen in what
/// is stored.
#[test]
fn line_ends_are_made_even() {
    let peer = peer();
    for soap in VERSIONS {
        let user = "<User><Tooltip>a\r\nb\rc\nd&#13;e</Tooltip></User>";
        let answer = peer.user(soap, &peer.caller, "SaveUser", user).result();
        assert_eq!(answer.text_at("Tooltip"), "a\nb\nc\nd\re");
    }
}
