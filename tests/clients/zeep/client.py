"""The steps of the client suite with zeep's proxies, through both ports."""

import datetime
import os

import zeep
from zeep.helpers import serialize_object

base, password = os.environ["BASE"], os.environ["PASSWORD"]
tns = "http://www.superoffice.net/ws/crm/NetServer/Services88"


class Missing(zeep.Plugin):
    """Turns the call of an operation into one of an operation that does not exist."""

    wanted = False

    def egress(self, envelope, http_headers, operation, binding_options):
        if self.wanted:
            next(iter(envelope.find("{*}Body"))).tag = f"{{{tns}}}NoSuchOperation"
        return envelope, http_headers


missing = Missing()
principal = zeep.Client(f"{base}/SoPrincipal.svc?wsdl")
user_client = zeep.Client(f"{base}/User.svc?wsdl", plugins=[missing])


def services(client, name):
    """The proxies of all ports: SOAP 1.1 and SOAP 1.2."""
    ports = client.wsdl.services[name].ports
    return {port: client.bind(name, port) for port in ports}


def make(name, **values):
    return user_client.get_type(f"{{{tns}}}{name}")(**values)


def array(name, item, values):
    return make(name, **{item: values})


def passed(step):
    print(f"pass {step}")


def save_and_read(service, ticket, tag):
    heads = {"Credentials": {"Ticket": ticket}, "ApplicationToken": "any"}
    call = lambda name, *args, **kw: getattr(service, name)(*args, _soapheaders=heads, **kw)

    registered = call("RegisterWithAccessGateway", RedirectUri=f"https://portal.example/{tag}?a=1&b=2")
    assert registered.header.Succeeded is True, registered
    assert registered.body.Response.RedirectUri == f"https://portal.example/{tag}?a=1&b=2"
    client_id = registered.body.Response.ClientId
    again = call("GetAccessGatewayInfo").body.Response
    assert (again.ClientId, again.RedirectUri) == (client_id, f"https://portal.example/{tag}?a=1&b=2")
    passed("gateway")

    groups = call("GetAllUserGroups", IncludeDeleted=False).body.Response.UserGroup
    roles = call("GetAllRoles", RoleType="Employee").body.Response.SelectableMDOListItem
    assert len(groups) >= 2 and roles
    passed("groups")

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
    passed("save")
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
    passed("read")
    # The new user can log in.
    entered = services(principal, "WcfSoPrincipalService")
    answer = next(iter(entered.values())).AuthenticateUsernamePassword(
        UserName=f"zeep-{tag}", Password="Zeep-Password-1!")
    assert answer.body.AuthenticationSucceeded is True

    place = dict(RoleId=3, TableName="contact", RelationToOwner="OtherGroups")
    for value in ("CR", "CRUD"):
        call("SetDataRight", DataRightValue=value, **place)
        assert call("GetDataRight", **place).body.Response == value
        rights = call("GetRoleEntity", RoleEntityId=3).body.Response.DataRights
        column = [it.Value for it in rights.ColumnsInfo.RelationToOwner].index("Other groups")
        row = [it.TableName for it in rights.RowsInfo.EntityName].index("contact")
        assert rights.Rights.ArrayOfDataRight[row].DataRight[column].Value == value
    passed("rights")

    bad = getattr(service, "GetUser")(UserId=1, _soapheaders={"Credentials": {"Ticket": "7T:bad"}})
    assert bad.header.Succeeded is False and bad.body.Response.AssociateId is None
    assert bad.header.ExceptionInfo.ExceptionType == "SuperOffice.Exceptions.SoSessionException"
    passed("ticket")
    missing.wanted = True
    try:
        call("GetAccessGatewayInfo")
        raise AssertionError("no fault")
    except zeep.exceptions.Fault as fault:
        assert fault.message, fault
        codes = [fault.code, *(fault.subcodes or [])]
        assert any("ActionNotSupported" in str(code) for code in codes), codes
    finally:
        missing.wanted = False
    passed("fault")


logins = services(principal, "WcfSoPrincipalService")
users = services(user_client, "WcfUserService")
print(f"version {zeep.__version__}")
for index, (port, service) in enumerate(users.items()):
    print("wire", "SOAP 1.2" if port.endswith("12") else "SOAP 1.1")
    login = list(logins.values())[index]
    failed = login.AuthenticateUsernamePassword(UserName="admin", Password="wrong")
    # zeep makes an object of nothing of a nil carrier.
    assert failed.body.AuthenticationSucceeded is False and failed.body.Response.AssociateId is None
    passed("refused")
    answer = login.AuthenticateUsernamePassword(UserName="admin", Password=password)
    assert answer.header.Succeeded is True and answer.body.AuthenticationSucceeded is True, answer
    passed("login")
    save_and_read(service, answer.body.Credentials.Ticket, f"py{index}")
print("note nil carriers become objects of None, empty strings None")
