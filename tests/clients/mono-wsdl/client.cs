// The steps of the client suite with the ASMX proxies of Mono's wsdl tool, in SOAP 1.1 and 1.2.

using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Web.Services;
using System.Web.Services.Protocols;
using System.Xml.Serialization;
using Users;

// What no WSDL names: an operation that the service does not have.
[WebServiceBinding(Name = "Missing", Namespace = Client.Tns)]
class MissingService : SoapHttpClientProtocol
{
    [SoapDocumentMethod(Client.Tns + "/User/NoSuchOperation", RequestNamespace = Client.Tns, ResponseNamespace = Client.Tns)]
    public void NoSuchOperation() => Invoke("NoSuchOperation", new object[0]);
}

static class Client
{
    public const string Tns = "http://www.superoffice.net/ws/crm/NetServer/Services88";
    static readonly string Base = Environment.GetEnvironmentVariable("BASE");
    static readonly string AdminPassword = Environment.GetEnvironmentVariable("PASSWORD");

    static int Main()
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        var name = Type.GetType("Mono.Runtime").GetMethod("GetDisplayName", BindingFlags.NonPublic | BindingFlags.Static);
        Console.WriteLine("version Mono " + ((string)name.Invoke(null, null)).Split(' ')[0]);
        try
        {
            Console.WriteLine("wire SOAP 1.1");
            Steps(SoapProtocolVersion.Soap11, "asmx11");
            Console.WriteLine("wire SOAP 1.2");
            Steps(SoapProtocolVersion.Soap12, "asmx12");
            return 0;
        }
        catch (Exception failed)
        {
            Console.Error.WriteLine(failed);
            return 1;
        }
    }

    static void Steps(SoapProtocolVersion version, string tag)
    {
        var login = new Logins.WcfSoPrincipalService { Url = Base + "/SoPrincipal.svc", SoapVersion = version };
        var users = new WcfUserService { Url = Base + "/User.svc", SoapVersion = version };
        Logins.SoCredentials credentials;
        bool entered, given;

        var principal = login.AuthenticateUsernamePassword("admin", "wrong", out credentials, out entered, out given);
        Check(principal == null && given && !entered, "a wrong password");
        Passed("refused");
        principal = login.AuthenticateUsernamePassword("admin", AdminPassword, out credentials, out entered, out given);
        Check(principal.Associate == "admin" && given && entered && Text(login.Succeeded) == "true", "log in");
        Passed("login");
        users.CredentialsValue = new SoCredentials { Ticket = credentials.Ticket };
        users.ApplicationToken = new @string { Text = new[] { "any" } };

        var uri = "https://portal.example/" + tag + "?a=1&b=2";
        var registered = users.RegisterWithAccessGateway(uri);
        Check(Text(users.Succeeded) == "true" && users.ExceptionInfo == null && registered.RedirectUri == uri, "register");
        var gateway = users.GetAccessGatewayInfo();
        Check(gateway.ClientId == registered.ClientId && gateway.RedirectUri == uri, "registration read back");
        Passed("gateway");

        var groups = users.GetAllUserGroups(false, true);
        Check(groups.Length >= 2 && groups.All(it => it.Id > 0 && it.Value != ""), "groups");
        Passed("groups");

        var user = users.CreateDefaultUser();
        var text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀 " + tag;
        user.Name = "u-" + tag;
        user.Tooltip = text;
        user.Rank = 7;
        user.RequestSignature = text + "\nsecond line";
        user.NickName = "nick-" + tag;
        user.UserName = tag + "@example.com";
        user.Lastlogin = new DateTime(2023, 2, 15, 13, 18, 35); // The server keeps its own.
        user.LastloginSpecified = true;
        user.OtherGroups = new[] { groups.Last() };
        user.Person = new Person
        {
            Firstname = "Zoë", MiddleName = null, Description = "", Lastname = "Ünïcode-" + tag, Title = "Dr. <x>",
            Email = tag + "@example.com", MobilePhone = "+47 1",
        };
        user.Credentials = new[]
        {
            new Credential
            {
                Type = new CredentialType { Type = "CRM5/PASSWORD" }, Value = "Asmx-Password-1!", DisplayValue = "pw",
            },
        };
        user.ExtraFields = new[] { Pair("æ&<", "😀"), Pair("empty", ""), Pair("null", null) };
        user.CustomFields = new[] { Pair("æ&<", "😀") };
        var saved = users.SaveUser(user);
        Check(Text(users.Succeeded) == "true" && saved.AssociateId > 0, "save");
        Passed("save");

        var read = users.GetUser(saved.AssociateId, true);
        Check(Xml(read) == Xml(saved), "read back equal");
        Check(read.Name == user.Name && read.Tooltip == text && read.Rank == 7 && read.NickName == user.NickName
            && read.RequestSignature == user.RequestSignature && read.UserName == user.UserName, "members");
        Check(read.Lastlogin == DateTime.MinValue, "a date of nothing");
        Check(read.OtherGroups.Single().Id == groups.Last().Id, "OtherGroups");
        Check(read.Person.Firstname == "Zoë" && read.Person.Lastname == user.Person.Lastname
            && read.Person.MiddleName == null && read.Person.Description == "" && read.Person.Title == "Dr. <x>"
            && read.Person.Email == user.Person.Email && read.Person.MobilePhone == "+47 1", "Person");
        Check(read.Credentials.Single().Type.Type == "CRM5/PASSWORD" && string.IsNullOrEmpty(read.Credentials[0].Value), "Credentials");
        Check(Same(read.ExtraFields, user.ExtraFields) && Same(read.CustomFields, user.CustomFields), "dictionaries");
        Check(Xml(users.SaveUser(read)) == Xml(read), "saving what was read changes nothing");
        login.AuthenticateUsernamePassword(user.Name, "Asmx-Password-1!", out credentials, out entered, out given);
        Check(entered, "the new user logs in");
        var seen = users.GetUser(saved.AssociateId, true).Lastlogin;
        Check(Math.Abs((DateTime.UtcNow - seen).TotalHours) < 1, "the date of a log-in: " + seen);
        Passed("read");

        var others = RoleRelationToOwner.OtherGroups;
        foreach (var value in new[] { "CR", "CRUD" })
        {
            users.SetDataRight(3, true, "contact", others, true, value);
            Check(users.GetDataRight(3, true, "contact", others, true) == value, "data right");
            var rights = users.GetRoleEntity(3, true).DataRights;
            var row = Array.FindIndex(rights.RowsInfo, it => it.TableName == "contact");
            var column = Array.FindIndex(rights.ColumnsInfo, it => it.Value == "Other groups");
            Check(rights.Rights[row][column].Value == value, "matrix");
        }
        Passed("rights");

        users.CredentialsValue.Ticket = "7T:bad";
        Check(users.GetUser(1, true) == null && Text(users.Succeeded) == "false", "bad ticket");
        Check(users.ExceptionInfo.ExceptionType == "SuperOffice.Exceptions.SoSessionException", "ExceptionInfo");
        Passed("ticket");

        try
        {
            new MissingService { Url = Base + "/User.svc", SoapVersion = version }.NoSuchOperation();
            Check(false, "no fault");
        }
        catch (SoapException fault)
        {
            var code = fault.SubCode?.Code ?? fault.Code;
            Check(code.Name == "ActionNotSupported" && fault.Message != "", "fault " + code + " " + fault.Message);
        }
        Passed("fault");
    }

    static StringDictionaryStringKeyValuePair Pair(string key, string value) =>
        new StringDictionaryStringKeyValuePair { Key = key, Value = value };

    static bool Same(StringDictionaryStringKeyValuePair[] one, StringDictionaryStringKeyValuePair[] other) =>
        one.Length == other.Length && one.All(it => other.Single(its => its.Key == it.Key).Value == it.Value);

    static string Text(boolean header) => string.Concat(header.Text);

    static string Text(Logins.boolean header) => string.Concat(header.Text);

    static string Xml<T>(T carrier)
    {
        var writer = new StringWriter();
        new XmlSerializer(typeof(T)).Serialize(writer, carrier);
        return writer.ToString();
    }

    static void Passed(string step) => Console.WriteLine("pass " + step);

    static void Check(bool condition, string what)
    {
        if (!condition) throw new Exception("failed: " + what);
    }
}
