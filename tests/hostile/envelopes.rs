//! Envelopes that could be read in two ways: as one program sees them, and as the next one does.

use crate::faults::{ACTION, DESERIALIZATION, GET_ROLE, VERSIONS, credentials};
use crate::support::{Caller, Soap, USER};
use crate::victim::{REFUSED, Victim, Wanted};

const NO_SESSION: Wanted = Wanted::Exception("SoSessionException");

/// Sends a good message with its ticket written so.
#[track_caller]
fn with_ticket(victim: &Victim, ticket: &str, wanted: Wanted) {
    for soap in VERSIONS {
        let good = credentials(victim.caller.ticket());
        let bad = format!("<Credentials><Ticket>{ticket}</Ticket></Credentials>");
        let message = victim.good(soap).replacen(&good, &bad, 1);
        victim.answers(soap, message, wanted);
    }
}

#[test]
fn a_ticket_is_the_whole_text_whatever_stands_between() {
    let victim = Victim::start();
    let ticket = victim.caller.ticket();
    let (start, end) = ticket.split_at(ticket.len() / 2);
    // The same text to every XML reader.
    for same in [
        format!("{start}<!-- -->{end}"),
        format!("<!---->{ticket}<!---->"),
        format!("<![CDATA[{ticket}]]>"),
        format!("{start}<![CDATA[{end}]]>"),
        format!("<![CDATA[{start}]]><!-- {end} --><![CDATA[{end}]]>"),
        ticket
            .chars()
            .map(|c| format!("&#{};", u32::from(c)))
            .collect(),
        ticket
            .chars()
            .map(|c| format!("<![CDATA[{c}]]><!--x-->"))
            .collect(),
    ] {
        with_ticket(&victim, &same, Wanted::Role);
    }
    // What a reader that stops at a comment would take for the ticket.
    for other in [
        format!("{ticket}<!-- -->x"),
        format!("x<!-- -->{ticket}"),
        format!("{ticket}<![CDATA[x]]>"),
        format!("<![CDATA[x]]>{ticket}"),
        format!("{start}<!-- {end} -->"),
        format!("<!-- {ticket} -->"),
        format!("<![CDATA[{ticket}"),
        format!("{ticket}&#32;x"),
        format!("&lt;!-- --&gt;{ticket}"),
        format!("{ticket}{ticket}"),
        String::new(),
        "<![CDATA[]]>".to_owned(),
    ] {
        let wanted = match other.starts_with("<![CDATA[7") && !other.contains("]]>") {
            true => REFUSED,
            false => NO_SESSION,
        };
        with_ticket(&victim, &other, wanted);
    }
    for elements in [
        format!("{start}<b/>{end}"),
        format!("<Ticket>{ticket}</Ticket>"),
        format!("<b>{ticket}</b>"),
        format!("{ticket}<b/>"),
    ] {
        with_ticket(&victim, &elements, Wanted::Fault(&DESERIALIZATION));
    }
    with_ticket(&victim, &format!("{start}<?x?>{end}"), REFUSED);
    victim.survived(16);
}

#[test]
fn parts_that_come_twice_or_in_the_wrong_place() {
    let victim = Victim::start();
    let header = victim.header();
    let other_ticket = credentials("7T:AAAA");
    let empty = "<s:Header/>";
    let body = GET_ROLE;
    let inner = body.replace("<s:Body>", "").replace("</s:Body>", "");
    for soap in VERSIONS {
        for (content, wanted) in [
            (format!("{header}{header}{body}"), REFUSED),
            (format!("{header}{empty}{body}"), REFUSED),
            (format!("{empty}{header}{body}"), REFUSED),
            (format!("{header}{body}{header}"), REFUSED),
            (format!("{body}{header}"), NO_SESSION),
            (format!("{header}{body}{body}"), REFUSED),
            (format!("{header}{body}<s:Body/>"), REFUSED),
            (format!("{header}<s:Body/>{body}"), REFUSED),
            (format!("{header}<s:Body/>"), REFUSED),
            (header.clone(), REFUSED),
            (String::new(), REFUSED),
            (format!("{header}{body}<x/>"), REFUSED),
            (format!("{header}{body}x"), REFUSED),
            (format!("{header}<x/>{body}"), REFUSED),
            (format!("{header}x{body}"), REFUSED),
            (format!("{header}<Body>{inner}</Body>"), REFUSED),
            (format!("{header}<s:body>{inner}</s:body>"), REFUSED),
            (format!("{header}<s:Body>{inner}{inner}</s:Body>"), REFUSED),
            (
                format!("{header}<s:Body>{inner}<DeleteRole/></s:Body>"),
                REFUSED,
            ),
            (format!("{header}<s:Body>x{inner}</s:Body>"), REFUSED),
            (
                format!("{header}<s:Body>{body}</s:Body>"),
                Wanted::Fault(&ACTION),
            ),
            (
                format!("{header}<s:Body><s:Envelope>{header}{body}</s:Envelope></s:Body>"),
                Wanted::Fault(&ACTION),
            ),
            (format!("<s:Header>{header}</s:Header>{body}"), NO_SESSION),
            (
                format!(
                    "<s:Header>{}{other_ticket}</s:Header>{body}",
                    credentials(victim.caller.ticket())
                ),
                REFUSED,
            ),
            (
                format!(
                    "<s:Header>{other_ticket}{}</s:Header>{body}",
                    credentials(victim.caller.ticket())
                ),
                REFUSED,
            ),
            (format!("{other_ticket}{header}{body}"), REFUSED),
            (format!("{header}{other_ticket}{body}"), REFUSED),
            (format!("{header}{body}{other_ticket}"), REFUSED),
        ] {
            victim.answers(soap, crate::faults::around(soap, &content), wanted);
        }
        let good = victim.good(soap);
        for (message, wanted) in [
            (good.repeat(2), REFUSED),
            (format!("{good}x"), REFUSED),
            (format!("{good}\0"), REFUSED),
            (format!("{good}<!-- -->\n"), Wanted::Role),
            (good[..good.len() - 1].to_owned(), REFUSED),
        ] {
            victim.answers(soap, message, wanted);
        }
    }
    victim.survived(16);
}

/// The operation is what the Body says; whoever looks at the action alone must not be fooled.
#[test]
fn an_action_that_is_not_that_of_the_body() {
    const BASE: &str = "http://www.superoffice.net/ws/crm/NetServer/Services88/User";
    let victim = Victim::start();
    let name = "<UserName>admin</UserName>";
    for action in [
        format!("\"{BASE}/GetRole\""),
        format!("{BASE}/GetRole"),
        "GetRole".to_owned(),
        format!("\"{BASE}/DeleteUserFromName/\""),
        format!("\"{BASE}/deleteuserfromname\""),
        format!("\"{BASE}/DeleteUserFromName, {BASE}/GetRole\""),
        format!("\"{BASE}/DeleteUserFromName\u{0}\""),
        format!(
            "\"{}/DeleteUserFromName\"",
            BASE.replace("/User", "/SoPrincipal")
        ),
        "\"*\"".to_owned(),
        "x".repeat(20_000),
    ] {
        let body = format!("<s:Body><DeleteUserFromName>{name}</DeleteUserFromName></s:Body>");
        let header = format!("SOAPAction: {action}");
        if action.contains('\0') {
            let response = victim.at_once(|| {
                let message = victim.message(Soap::V11, &body);
                victim.request(
                    "POST",
                    USER,
                    &["Content-Type: text/xml", &header],
                    message.as_bytes(),
                )
            });
            assert_eq!(response.status, 400);
            continue;
        }
        let message = victim.message(Soap::V11, &body);
        let wanted = Wanted::Fault(&ACTION);
        victim.answers_with(Soap::V11, &[&header], message.as_bytes(), wanted);
        let message = victim.message(Soap::V12, &body);
        victim.answers_with(Soap::V12, &[&header], message.as_bytes(), wanted);
        if !action.starts_with('"') {
            continue;
        }
        // In SOAP 1.2 the media type has the action, whatever stands in the other field.
        let content_type = format!("Content-Type: application/soap+xml; action={action}");
        let right = format!("SOAPAction: \"{BASE}/DeleteUserFromName\"");
        let response = victim
            .at_once(|| victim.request("POST", USER, &[&content_type, &right], message.as_bytes()));
        crate::faults::fault(Soap::V12, &response, &ACTION);
    }
    // Two services, one path: operations of the other are not there.
    for operation in [
        "AuthenticateUsernamePassword",
        "IsAuthenticated",
        "DeleteUserFromName ",
    ] {
        let operation = operation.trim_end_matches(' ');
        let message = Soap::V11.envelope(&Caller::Anonymous, operation, "");
        let wanted = match operation {
            "DeleteUserFromName" => NO_SESSION,
            _ => Wanted::Fault(&ACTION),
        };
        victim.answers(Soap::V11, message, wanted);
    }
    victim.survived(16);
}
