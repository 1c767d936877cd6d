//! Any text as a date, and as the value of every kind of member. What is taken is written in one
//! way, which is taken again and means the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use services88::contract::SERVICES;
use services88::format::soap::Incoming;
use services88::format::xml::{push_text, write};
use services88::model::{DateTime, Object};

/// Operations whose arguments have every kind of scalar among them: flags, enumerations, numbers,
/// truth, dates, bytes.
const MEMBERS: [(&str, &str); 7] = [
    ("SetExternalUserInfo", "<ExternalUserInfoModification>…</ExternalUserInfoModification>"),
    ("SetExternalUserInfo", "<AssociateId>…</AssociateId>"),
    ("SetExternalUserInfo", "<IsActive>…</IsActive>"),
    ("GetDataRight", "<RelationToOwner>…</RelationToOwner>"),
    ("SaveUser", "<User><Lastlogin>…</Lastlogin><Rank>…</Rank></User>"),
    ("SaveUser", "<User><TableRight><Mask>…</Mask></TableRight></User>"),
    ("GetUserInfoList", "<UserInfoIds><a:int>…</a:int></UserInfoIds>"),
];

fuzz_target!(|text: &str| {
    if let Some(date) = DateTime::parse(text) {
        assert_eq!(DateTime::parse(&date.to_string()), Some(date));
    }
    let mut escaped = String::new();
    push_text(&mut escaped, text);
    for (operation, member) in MEMBERS {
        let Some(first) = read(operation, &member.replace('…', &escaped)) else {
            continue;
        };
        let mut written = String::new();
        write::members(&mut written, first.as_ref());
        let again = read(operation, &written).expect("what we write can be read");
        let mut twice = String::new();
        write::members(&mut twice, again.as_ref());
        assert_eq!(written, twice);
    }
});

fn read(name: &str, arguments: &str) -> Option<Box<dyn Object>> {
    let mut declarations = String::new();
    write::push_declarations(&mut declarations);
    let envelope = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"{declarations}>\
         <s:Body><{name}>{arguments}</{name}></s:Body></s:Envelope>"
    );
    let service = SERVICES.iter().find_map(|it| it.operations.get(it.position(name)?))?;
    let mut request = (service.new_request)();
    let incoming = Incoming::open(&envelope, Default::default()).ok()?;
    incoming.read(request.as_mut()).ok()?;
    Some(request)
}
