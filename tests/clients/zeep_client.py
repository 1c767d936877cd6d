"""Drives a running server through zeep's proxies: log in, register, save, read back.

Usage: zeep_client.py BASE_URL PASSWORD
"""

import datetime
import sys

import zeep
from zeep.helpers import serialize_object

base, password = sys.argv[1], sys.argv[2]
principal = zeep.Client(f"{base}/Remote/Services88/SoPrincipal.svc?wsdl")
user_client = zeep.Client(f"{base}/Remote/Services88/User.svc?wsdl")
tns = "http://www.superoffice.net/ws/crm/NetServer/Services88"


def services(client, name):
    """The proxies of all ports: SOAP 1.1 and SOAP 1.2."""
    ports = client.wsdl.services[name].ports
    return {port: client.bind(name, port) for port in ports}


def make(name, **values):
    return user_client.get_type(f"{{{tns}}}{name}")(**values)


def array(name, item, values):
    return make(name, **{item: values})


def header(answer, name):
    return getattr(answer.header, name, None)


def save_and_read(service, ticket, tag):
    heads = {"Credentials": {"Ticket": ticket}, "ApplicationToken": "any"}
    call = lambda name, *args, **kw: getattr(service, name)(*args, _soapheaders=heads, **kw)

    registered = call("RegisterWithAccessGateway", RedirectUri=f"https://portal.example/{tag}?a=1&b=2")
    assert registered.header.Succeeded is True, registered
    assert registered.body.Response.RedirectUri == f"https://portal.example/{tag}?a=1&b=2"
    client_id = registered.body.Response.ClientId
    again = call("GetAccessGatewayInfo").body.Response
    assert (again.ClientId, again.RedirectUri) == (client_id, f"https://portal.example/{tag}?a=1&b=2")

    groups = call("GetAllUserGroups", IncludeDeleted=False).body.Response.UserGroup
    roles = call("GetAllRoles", RoleType="Employee").body.Response.SelectableMDOListItem
    assert len(groups) >= 2 and roles

    blank = call("CreateDefaultUser").body.Response
    text = f"Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀 {tag}"
    blank.Name = f"zeep-{tag}"
    blank.Tooltip = text
    blank.Rank = 7
    blank.RequestSignature = text + "\nsecond line"
    blank.NickName = f"nick-{tag}"
    blank.UserName = f"zeep-{tag}@example.com"
    blank.OtherGroups = array("ArrayOfUserGroup", "UserGroup", [groups[-1]])
    blank.Person = make(
        "Person", Firstname="Zoë", MiddleName="de", Lastname=f"Ünïcode-{tag}", Title="Dr. <x>",
        Email=f"zeep-{tag}@example.com", MobilePhone="+47 1", Retired=0, Rank=0, PersonId=0,
    )
    blank.Credentials = array("ArrayOfCredential", "Credential", [
        make("Credential", Type=make("CredentialType", Type="CRM5/PASSWORD"), Value="Zeep-Password-1!", DisplayValue="pw"),
    ])
    pairs = [{"Key": "æ&<", "Value": "😀"}, {"Key": "empty", "Value": ""}, {"Key": "null", "Value": None}]
    blank.ExtraFields = make("StringDictionary", StringKeyValuePair=pairs)
    blank.CustomFields = make("StringDictionary", StringKeyValuePair=pairs[:1])
    blank.Lastlogin = datetime.datetime(2023, 2, 15, 13, 18, 35)
    saved = call("SaveUser", User=blank)
    assert saved.header.Succeeded is True, saved.header
    saved = saved.body.Response
    assert saved.AssociateId > 0
    read = call("GetUser", UserId=saved.AssociateId).body.Response
    assert serialize_object(read) == serialize_object(saved)
    for field in ("Name", "Tooltip", "Rank", "RequestSignature", "NickName", "UserName"):
        assert read[field] == blank[field], (field, read[field], blank[field])
    for field in ("Firstname", "MiddleName", "Lastname", "Title", "Email", "MobilePhone"):
        assert read.Person[field] == blank.Person[field], field
    assert [g.Id for g in read.OtherGroups.UserGroup] == [groups[-1].Id]
    # zeep reads an empty string as None.
    got = {p.Key: p.Value or "" for p in read.ExtraFields.StringKeyValuePair}
    assert got == {p["Key"]: p["Value"] or "" for p in pairs}, got
    assert not read.Credentials.Credential[0].Value

    # Saving what was read changes nothing.
    assert serialize_object(call("SaveUser", User=read).body.Response) == serialize_object(read)
    # The new user can log in.
    entered = services(principal, "WcfSoPrincipalService")
    answer = next(iter(entered.values())).AuthenticateUsernamePassword(
        UserName=f"zeep-{tag}", Password="Zeep-Password-1!")
    assert answer.body.AuthenticationSucceeded is True

    bad = getattr(service, "GetUser")(UserId=1, _soapheaders={"Credentials": {"Ticket": "7T:bad"}})
    assert bad.header.Succeeded is False and bad.body.Response.AssociateId is None
    assert bad.header.ExceptionInfo.ExceptionType == "SuperOffice.Exceptions.SoSessionException"


logins = services(principal, "WcfSoPrincipalService")
users = services(user_client, "WcfUserService")
for index, (port, service) in enumerate(users.items()):
    login = list(logins.values())[index]
    failed = login.AuthenticateUsernamePassword(UserName="admin", Password="wrong")
    assert failed.body.AuthenticationSucceeded is False and failed.body.Response.AssociateId is None  # zeep fills nil
    answer = login.AuthenticateUsernamePassword(UserName="admin", Password=password)
    assert answer.header.Succeeded is True and answer.body.AuthenticationSucceeded is True, answer
    save_and_read(service, answer.body.Credentials.Ticket, f"py{index}")
    print(f"zeep {zeep.__version__} {port}: ok")
