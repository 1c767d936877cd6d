"""The steps of the client suite with suds, the oldest of Python's SOAP stacks that are still used."""

import datetime
import os

import suds
from suds.client import Client

base, password = os.environ["BASE"], os.environ["PASSWORD"]
principal = Client(f"{base}/SoPrincipal.svc?wsdl", cache=None, port="BasicHttpBinding_SoPrincipal")
user = Client(f"{base}/User.svc?wsdl", cache=None, port="BasicHttpBinding_User")


def make(name, **values):
    """A carrier of which only these members are sent."""
    carrier = user.factory.create(f"{{http://www.superoffice.net/ws/crm/NetServer/Services88}}{name}")
    for member, value in values.items():
        setattr(carrier, member, value)
    return carrier


def header(client, name):
    """A header block of the last answer; suds shows them in the raw message only."""
    return client.last_received().getChild("Envelope").getChild("Header").getChild(name)


def login(name, secret):
    return principal.service.AuthenticateUsernamePassword(UserName=name, Password=secret)


def passed(step):
    print(f"pass {step}")


print(f"version {suds.__version__}")
print("wire SOAP 1.1")
refused = login("admin", "wrong")
assert refused.AuthenticationSucceeded is False and refused.Response is None, refused
passed("refused")
entered = login("admin", password)
assert entered.AuthenticationSucceeded is True and header(principal, "Succeeded").text == "true"
assert entered.Response.Associate == "admin" and len(entered.Response.FunctionRights.string) > 1, entered
passed("login")

user.set_options(soapheaders={"ApplicationToken": "any", "Credentials": {"Ticket": entered.Credentials.Ticket}})
uri = "https://portal.example/suds?a=1&b=2"
registered = user.service.RegisterWithAccessGateway(RedirectUri=uri)
assert registered.RedirectUri == uri, registered
assert str(user.service.GetAccessGatewayInfo()) == str(registered)
passed("gateway")

groups = user.service.GetAllUserGroups(IncludeDeleted=False).UserGroup
assert len(groups) >= 2 and isinstance(groups[0].Id, int), groups
passed("groups")

blank = user.service.CreateDefaultUser()
text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀"
blank.Name = "suds"
blank.Rank = 7
blank.Tooltip = text
blank.RequestSignature = f"{text}\nsecond line"
blank.NickName = "nick-suds"
blank.UserName = "suds@example.com"
blank.Lastlogin = datetime.datetime(2023, 2, 15, 13, 18, 35)
blank.OtherGroups = make("ArrayOfUserGroup", UserGroup=[groups[-1]])
blank.Person = make(
    "Person", Firstname="Zoë", MiddleName="", Lastname="Ünïcode 😀", Title="Dr. <x>", Email="suds@example.com",
    MobilePhone="+47 1", Retired=0, Rank=0, PersonId=0, Description=suds.null())
kind = make("CredentialType", Type="CRM5/PASSWORD")
blank.Credentials = make("ArrayOfCredential", Credential=[
    make("Credential", Type=kind, Value="Suds-Password-1!", DisplayValue="pw")])
pairs = {"æ&<": "😀", "empty": "", "null": None}
blank.ExtraFields = make("StringDictionary", StringKeyValuePair=[
    {"Key": key, "Value": value} for key, value in pairs.items()])
blank.CustomFields = make("StringDictionary", StringKeyValuePair=[{"Key": text, "Value": text}])
saved = user.service.SaveUser(User=blank)
assert header(user, "Succeeded").text == "true", user.last_received()
assert saved.AssociateId > 0, saved
passed("save")

read = user.service.GetUser(UserId=saved.AssociateId)
raw = user.last_received().childAtPath("Envelope/Body/GetUserResponse/Response")
assert str(read) == str(saved)
for member in ("Name", "Rank", "Tooltip", "RequestSignature", "NickName", "UserName"):
    assert getattr(read, member) == getattr(blank, member), (member, read)
for member in ("Firstname", "Lastname", "Title", "Email", "MobilePhone"):
    assert getattr(read.Person, member) == getattr(blank.Person, member), (member, read.Person)
assert [group.Id for group in read.OtherGroups.UserGroup] == [groups[-1].Id]
# suds reads what is empty as None; only the raw message tells it from nil.
assert not raw.childAtPath("Person/MiddleName").isnil() and raw.childAtPath("Person/Description").isnil()
assert {pair.Key: pair.Value for pair in read.ExtraFields.StringKeyValuePair} == {**pairs, "empty": None}
values = {pair.getChild("Key").text: pair.getChild("Value") for pair in raw.getChild("ExtraFields").children}
assert values["null"].isnil() and not values["empty"].isnil()
assert [(pair.Key, pair.Value) for pair in read.CustomFields.StringKeyValuePair] == [(text, text)]
assert read.Lastlogin == datetime.datetime(1, 1, 1), read.Lastlogin
assert str(user.service.SaveUser(User=read)) == str(read)
assert login("suds", "Suds-Password-1!").AuthenticationSucceeded is True
now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
since = now - user.service.GetUser(UserId=read.AssociateId).Lastlogin
assert abs(since) < datetime.timedelta(minutes=5), since
passed("read")

place = {"RoleId": 3, "TableName": "contact", "RelationToOwner": "OtherGroups"}
for letters in ("CR", "CRUD"):
    user.service.SetDataRight(DataRightValue=letters, **place)
    assert user.service.GetDataRight(**place) == letters
    rights = user.service.GetRoleEntity(RoleEntityId=3).DataRights
    row = [entity.TableName for entity in rights.RowsInfo.EntityName].index("contact")
    column = [relation.Value for relation in rights.ColumnsInfo.RelationToOwner].index("Other groups")
    assert rights.Rights.ArrayOfDataRight[row].DataRight[column].Value == letters, rights
passed("rights")

message = str(user.last_sent()).replace("GetRoleEntity", "NoSuchOperation").encode()
user.set_options(soapheaders={"Credentials": {"Ticket": "7T:bad"}})
assert user.service.GetUser(UserId=1) is None and header(user, "Succeeded").text == "false"
exception = header(user, "ExceptionInfo").getChild("ExceptionType").text
assert exception == "SuperOffice.Exceptions.SoSessionException", exception
passed("ticket")

try:
    raise AssertionError(user.service.GetUser(__inject={"msg": message}))
except suds.WebFault as fault:
    assert fault.fault.faultcode.endswith(":ActionNotSupported") and fault.fault.faultstring, fault.fault
passed("fault")
print("note empty strings become None, header blocks are in the raw answer only, no SOAP 1.2")
