//! What an envelope may hold, and where.

use super::{Blocks, Incoming, Version};
use crate::config::MessageLimits;
use crate::contract::user_service::SaveUser;
use crate::fault::{Kind, Protocol};

const TNS: &str = "http://www.superoffice.net/ws/crm/NetServer/Services88";
const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

fn envelope(soap: &str, content: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='{soap}' xmlns:t='{TNS}' xmlns:o='urn:other'>{content}</e:Envelope>"
    )
}

fn blocks(soap: &str, head: &str) -> Result<Blocks, Protocol> {
    let text = envelope(soap, &format!("{head}<e:Body><t:GetUser/></e:Body>"));
    match Incoming::open(&text, MessageLimits::default()) {
        Ok(incoming) => Ok(incoming.blocks().clone()),
        Err((_, fault)) => match fault.kind() {
            Kind::Protocol(error) => Err(error.clone()),
            Kind::Service(_) => panic!("{fault}"),
        },
    }
}

fn ticket(head: &str) -> Option<String> {
    blocks(SOAP11, head).unwrap().ticket
}

fn save(body: &str) -> Result<SaveUser, String> {
    let text = envelope(
        SOAP12,
        &format!("<e:Body><t:SaveUser>{body}</t:SaveUser></e:Body>"),
    );
    let incoming =
        Incoming::open(&text, MessageLimits::default()).map_err(|(_, f)| f.to_string())?;
    assert_eq!(incoming.operation(), Some("SaveUser"));
    assert_eq!(incoming.version(), Version::Soap12);
    let mut request = SaveUser::default();
    incoming
        .read(&mut request)
        .map_err(|fault| fault.to_string())?;
    Ok(request)
}

#[test]
fn blocks_are_read_in_the_header_and_directly_under_the_envelope() {
    let inside = "<e:Header><t:ApplicationToken>app</t:ApplicationToken><t:Credentials>\
        <t:Ticket>7T:a&#61;<!-- c --><![CDATA[=]]></t:Ticket></t:Credentials>\
        <t:TimeZone><t:SoTimeZoneId>140</t:SoTimeZoneId></t:TimeZone></e:Header>";
    let under = inside.replace("<e:Header>", "").replace("</e:Header>", "");
    for head in [inside, &under] {
        let blocks = blocks(SOAP12, head).unwrap();
        assert_eq!(blocks.application_token.as_deref(), Some("app"));
        assert_eq!(blocks.ticket.as_deref(), Some("7T:a=="));
        assert_eq!(blocks.time_zone.unwrap().so_time_zone_id, 140);
    }
}

#[test]
fn two_tickets_must_agree_wherever_they_stand() {
    let block = |ticket| format!("<t:Credentials><t:Ticket>{ticket}</t:Ticket></t:Credentials>");
    let same = format!("<e:Header>{}</e:Header>{}", block("A"), block("A"));
    assert_eq!(ticket(&same).as_deref(), Some("A"));
    for head in [
        format!("<e:Header>{}{}</e:Header>", block("A"), block("B")),
        format!("<e:Header>{}</e:Header>{}", block("A"), block("B")),
        format!("{}<e:Header>{}</e:Header>", block(""), block("B")),
    ] {
        assert_eq!(blocks(SOAP11, &head), Err(Protocol::Malformed), "{head}");
    }
    let children = "<t:Credentials><t:Ticket>A</t:Ticket><t:Ticket>A</t:Ticket></t:Credentials>";
    assert_eq!(
        blocks(SOAP11, children),
        Err(Protocol::DeserializationFailed)
    );
}

#[test]
fn what_is_no_ticket_is_none() {
    for head in [
        "<e:Header><t:Credentials Ticket='A'/></e:Header>",
        "<e:Header><o:Credentials><t:Ticket>A</t:Ticket></o:Credentials></e:Header>",
        "<e:Header><t:Credentials><o:Ticket>A</o:Ticket></t:Credentials></e:Header>",
        "<e:Header><t:Credentials><t:ticket>A</t:ticket></t:Credentials></e:Header>",
        "<e:Header><t:Credentials e:actor='urn:x'><t:Ticket>A</t:Ticket></t:Credentials></e:Header>",
        "<e:Header><t:Credentials><t:Ticket xsi:nil='true' \
          xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>A</t:Ticket></t:Credentials></e:Header>",
    ] {
        assert_eq!(ticket(head), None, "{head}");
    }
    let next = "http://schemas.xmlsoap.org/soap/actor/next";
    let head = format!(
        "<e:Header><t:Credentials e:actor='{next}'><t:Ticket>A</t:Ticket></t:Credentials></e:Header>"
    );
    assert_eq!(ticket(&head).as_deref(), Some("A"));
}

#[test]
fn mandatory_blocks_are_understood_or_refused() {
    for soap in [SOAP11, SOAP12] {
        let mandatory = "<e:Header><o:X e:mustUnderstand='1'/></e:Header>";
        let unknown = Protocol::MustUnderstand(vec![("urn:other".into(), "X".into())]);
        assert_eq!(blocks(soap, mandatory), Err(unknown));
        for harmless in [
            "<o:X/>",
            "<o:X e:mustUnderstand='0'/>",
            "<o:X mustUnderstand='1'/>",
            "<o:Y><o:X e:mustUnderstand='1'/></o:Y>",
            "<t:ApplicationToken e:mustUnderstand='1'>a</t:ApplicationToken>",
        ] {
            assert!(
                blocks(soap, &format!("<e:Header>{harmless}</e:Header>")).is_ok(),
                "{harmless}"
            );
        }
        let odd = "<e:Header><o:X e:mustUnderstand='yes'/></e:Header>";
        assert_eq!(blocks(soap, odd), Err(Protocol::Malformed));
    }
    let elsewhere = "<e:Header><o:X e:mustUnderstand='1' e:actor='urn:other'/></e:Header>";
    assert!(blocks(SOAP11, elsewhere).is_ok());
    assert!(
        blocks(
            SOAP11,
            "<e:Header><o:X e:mustUnderstand='true'/></e:Header>"
        )
        .is_err()
    );
}

#[test]
fn a_fault_does_not_name_every_one_of_many_blocks() {
    let many = "<o:X e:mustUnderstand='1'/>".repeat(1000);
    match blocks(SOAP12, &format!("<e:Header>{many}</e:Header>")) {
        Err(Protocol::MustUnderstand(named)) => assert_eq!(named.len(), 32),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_ticket_in_the_wrong_place_is_not_repeated() {
    for head in [
        "<t:Credentials>7T:secret</t:Credentials>",
        "7T:secret",
        "<t:TimeZone>7T:secret</t:TimeZone>",
    ] {
        let text = envelope(SOAP11, &format!("<e:Header>{head}</e:Header><e:Body/>"));
        let Err((_, fault)) = Incoming::open(&text, MessageLimits::default()) else {
            panic!("accepted: {head}");
        };
        assert!(!fault.message().contains("secret"), "{fault}");
    }
}

#[test]
fn an_envelope_is_header_then_body_and_nothing_else() {
    for content in [
        "<e:Body/>",
        "<e:Header/>",
        "<e:Body><t:GetUser/><t:GetUser/></e:Body>",
        "<e:Body><t:GetUser/></e:Body><e:Body><t:GetUser/></e:Body>",
        "<e:Body><t:GetUser/></e:Body><t:ApplicationToken/>",
        "<e:Body><t:GetUser/></e:Body><e:Header/>",
        "<e:Header/><e:Header/><e:Body><t:GetUser/></e:Body>",
        "<o:X/><e:Body><t:GetUser/></e:Body>",
        "text<e:Body><t:GetUser/></e:Body>",
        "<e:Body>text<t:GetUser/></e:Body>",
    ] {
        let text = envelope(SOAP12, content);
        let result = Incoming::open(&text, MessageLimits::default())
            .map_err(|(_, fault)| fault)
            .and_then(|incoming| incoming.read(&mut SaveUser::default()));
        assert!(result.is_err(), "{content}");
    }
    let mismatch = envelope("urn:soap", "<e:Body><t:GetUser/></e:Body>");
    let Err((None, fault)) = Incoming::open(&mismatch, MessageLimits::default()) else {
        panic!("an unknown version was read");
    };
    assert_eq!(fault.kind(), &Kind::Protocol(Protocol::VersionMismatch));
}

#[test]
fn members_are_read_in_any_order_by_their_full_name() {
    let user = save(
        "<t:User><t:Name>N</t:Name><o:Name>X</o:Name><Name>X</Name><t:Unknown><t:Rank>9</t:Rank></t:Unknown>\
         <t:AssociateId> 7 </t:AssociateId><t:Rank/><t:Tooltip></t:Tooltip>\
         <t:Type>SystemAssociate</t:Type><t:TableRight><t:Mask>Select Update</t:Mask></t:TableRight>\
         <x:Deleted xmlns:x='http://www.superoffice.net/ws/crm/NetServer/Services88'>1</x:Deleted></t:User>",
    )
    .unwrap()
    .user
    .unwrap();
    assert_eq!(
        (user.name.as_deref(), user.associate_id, user.rank),
        (Some("N"), 7, 0)
    );
    assert_eq!(user.tooltip.as_deref(), Some(""));
    assert_eq!(user.table_right.unwrap().mask.0, 3);
    assert!(user.deleted);
    assert_eq!(save("").unwrap().user, None);
}

#[test]
fn a_value_that_cannot_be_parsed_is_named() {
    let error = save("<t:User><t:AssociateId>abc</t:AssociateId></t:User>").unwrap_err();
    assert!(
        error.contains("'AssociateId'") && error.contains("xs:int"),
        "{error}"
    );
    for body in [
        "<t:Rank>40000</t:Rank>",
        "<t:Deleted>yes</t:Deleted>",
        "<t:Type>1</t:Type>",
        "<t:Lastlogin>today</t:Lastlogin>",
        "<t:Name><t:Name/></t:Name>",
        "<t:Name>a</t:Name><t:Name>b</t:Name>",
        "<t:Role>text</t:Role>",
        "<t:TableRight><t:Mask>Select,Update</t:Mask></t:TableRight>",
        "<t:ExtraFields><t:StringKeyValuePair><t:Key>a</t:Key></t:StringKeyValuePair>\
         <t:StringKeyValuePair><t:Key>a</t:Key></t:StringKeyValuePair></t:ExtraFields>",
    ] {
        assert!(save(&format!("<t:User>{body}</t:User>")).is_err(), "{body}");
    }
}
