// The steps of the client suite with WCF on Mono, over SOAP 1.1 (BasicHttpBinding) and SOAP 1.2.

using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Runtime.Serialization;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;

namespace ClientSuite
{
    using www.superoffice.net.ws.crm.NetServer.Services88;

    static class Client
    {
        static readonly string Base = Environment.GetEnvironmentVariable("BASE");
        static readonly string AdminPassword = Environment.GetEnvironmentVariable("PASSWORD");

        static int Main()
        {
            Console.OutputEncoding = new UTF8Encoding(false);
            var runtime = Type.GetType("Mono.Runtime").GetMethod("GetDisplayName",
                System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static);
            Console.WriteLine("version Mono " + ((string)runtime.Invoke(null, null)).Split(' ')[0]);
            try
            {
                Console.WriteLine("wire SOAP 1.1");
                Steps(new BasicHttpBinding { MaxReceivedMessageSize = 1 << 24 }, "wcf11");
                Console.WriteLine("wire SOAP 1.2");
                var plain = MessageVersion.CreateVersion(EnvelopeVersion.Soap12, AddressingVersion.None);
                Steps(new CustomBinding(new TextMessageEncodingBindingElement(plain, Encoding.UTF8),
                    new HttpTransportBindingElement { MaxReceivedMessageSize = 1 << 24 }), "wcf12");
                return 0;
            }
            catch (Exception failed)
            {
                Console.Error.WriteLine(failed);
                return 1;
            }
        }

        static void Steps(Binding binding, string tag)
        {
            var login = new ChannelFactory<ILogIn>(binding, new EndpointAddress(Base + "/SoPrincipal.svc")).CreateChannel();
            var users = new ChannelFactory<IUsers>(binding, new EndpointAddress(Base + "/User.svc")).CreateChannel();

            var refused = login.AuthenticateUsernamePassword(
                new AuthenticateUsernamePasswordRequest { UserName = "admin", Password = "wrong" });
            Check(!refused.AuthenticationSucceeded && refused.Response == null, "a wrong password");
            Passed("refused");
            var entered = login.AuthenticateUsernamePassword(
                new AuthenticateUsernamePasswordRequest { UserName = "admin", Password = AdminPassword });
            Check(entered.Succeeded && entered.AuthenticationSucceeded && entered.Response.Associate == "admin", "log in");
            Passed("login");
            var ticket = new SoCredentials { Ticket = entered.Credentials.Ticket };

            var uri = "https://portal.example/" + tag + "?a=1&b=2";
            var registered = users.RegisterWithAccessGateway(
                new RegisterWithAccessGatewayRequest { Credentials = ticket, RedirectUri = uri });
            Check(registered.Succeeded && registered.Response.RedirectUri == uri, "register");
            var gateway = Call(users, ticket, it => it.GetAccessGatewayInfo());
            Check(gateway.ClientId == registered.Response.ClientId && gateway.RedirectUri == uri, "registration read back");
            Passed("gateway");

            var groups = Call(users, ticket, it => it.GetAllUserGroups(false));
            Check(groups.Length >= 2 && groups.All(it => it.Id > 0 && it.Value != ""), "groups");
            Passed("groups");

            var user = Call(users, ticket, it => it.CreateDefaultUser());
            var text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀 " + tag;
            user.Name = "u-" + tag;
            user.Tooltip = text;
            user.Rank = 7;
            user.RequestSignature = text + "\nsecond line";
            user.NickName = "nick-" + tag;
            user.UserName = tag + "@example.com";
            user.Lastlogin = new DateTime(2023, 2, 15, 13, 18, 35); // The server keeps its own.
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
                    Type = new CredentialType { Type = "CRM5/PASSWORD" }, Value = "Wcf-Password-1!", DisplayValue = "pw",
                },
            };
            user.ExtraFields = new StringDictionary { { "æ&<", "😀" }, { "empty", "" }, { "null", null } };
            user.CustomFields = new StringDictionary { { "æ&<", "😀" } };
            var saved = users.SaveUser(new SaveUserRequest { Credentials = ticket, User = user });
            Check(saved.Succeeded && saved.Response.AssociateId > 0, "save");
            Passed("save");

            var read = users.GetUser(new GetUserRequest { Credentials = ticket, UserId = saved.Response.AssociateId });
            var got = read.Response;
            Check(read.Succeeded && Xml(got) == Xml(saved.Response), "read back equal");
            Check(got.Name == user.Name && got.Tooltip == text && got.Rank == 7 && got.NickName == user.NickName
                && got.RequestSignature == user.RequestSignature && got.UserName == user.UserName, "members");
            Check(got.Lastlogin == DateTime.MinValue, "a date of nothing");
            Check(got.OtherGroups.Single().Id == groups.Last().Id, "OtherGroups");
            Check(got.Person.Firstname == "Zoë" && got.Person.Lastname == user.Person.Lastname
                && got.Person.MiddleName == null && got.Person.Description == "" && got.Person.Title == "Dr. <x>"
                && got.Person.Email == user.Person.Email && got.Person.MobilePhone == "+47 1", "Person");
            Check(got.Credentials.Single().Type.Type == "CRM5/PASSWORD" && string.IsNullOrEmpty(got.Credentials[0].Value), "Credentials");
            Check(Same(got.ExtraFields, user.ExtraFields) && Same(got.CustomFields, user.CustomFields), "dictionaries");
            var again = users.SaveUser(new SaveUserRequest { Credentials = ticket, User = got });
            Check(Xml(again.Response) == Xml(got), "saving what was read changes nothing");
            var own = login.AuthenticateUsernamePassword(
                new AuthenticateUsernamePasswordRequest { UserName = user.Name, Password = "Wcf-Password-1!" });
            Check(own.AuthenticationSucceeded, "the new user logs in");
            var seen = users.GetUser(new GetUserRequest { Credentials = ticket, UserId = got.AssociateId }).Response;
            Check(Math.Abs((DateTime.UtcNow - seen.Lastlogin).TotalHours) < 1, "the date of a log-in: " + seen.Lastlogin);
            Passed("read");

            foreach (var value in new[] { "CR", "CRUD" })
            {
                var others = RoleRelationToOwner.OtherGroups;
                Call(users, ticket, it => { it.SetDataRight(3, "contact", others, value); return value; });
                Check(Call(users, ticket, it => it.GetDataRight(3, "contact", others)) == value, "data right");
                var rights = Call(users, ticket, it => it.GetRoleEntity(3)).DataRights;
                var row = Array.FindIndex(rights.RowsInfo, it => it.TableName == "contact");
                var column = Array.FindIndex(rights.ColumnsInfo, it => it.Value == "Other groups");
                Check(rights.Rights[row][column].Value == value, "matrix");
            }
            Passed("rights");

            var bad = users.GetUser(new GetUserRequest { Credentials = new SoCredentials { Ticket = "7T:bad" }, UserId = 1 });
            Check(!bad.Succeeded && bad.Response == null, "bad ticket");
            Check(bad.ExceptionInfo.ExceptionType == "SuperOffice.Exceptions.SoSessionException"
                && bad.ExceptionInfo.Message != "", "ExceptionInfo");
            Passed("ticket");

            try
            {
                users.NoSuchOperation();
                Check(false, "no fault");
            }
            catch (ActionNotSupportedException fault)
            {
                Check(fault.Message != "", "the fault's text"); // What WCF makes of the code ActionNotSupported.
            }
            catch (WebException refusal) when (((HttpWebResponse)refusal.Response)?.StatusCode == HttpStatusCode.BadRequest)
            {
                Console.WriteLine("note WCF reads a fault only at HTTP 500; at 400 it is in the Response of an exception");
                var envelope = new StreamReader(refusal.Response.GetResponseStream()).ReadToEnd();
                Check(envelope.Contains("ActionNotSupported"), envelope);
            }
            catch (FaultException fault)
            {
                var code = fault.Code.SubCode ?? fault.Code;
                Check(code.Name == "ActionNotSupported" && fault.Message != "", "fault " + code.Name + " " + fault.Message);
            }
            Passed("fault");
        }

        // A call with header blocks by way of OperationContext.
        static T Call<T>(IUsers users, SoCredentials ticket, Func<IUsers, T> operation)
        {
            using (new OperationContextScope((IContextChannel)users))
            {
                var heads = OperationContext.Current.OutgoingMessageHeaders;
                heads.Add(MessageHeader.CreateHeader("ApplicationToken", Names.Tns, "any"));
                heads.Add(MessageHeader.CreateHeader("Credentials", Names.Tns, ticket));
                return operation(users);
            }
        }

        static bool Same(StringDictionary one, StringDictionary other) =>
            one.OrderBy(it => it.Key).SequenceEqual(other.OrderBy(it => it.Key));

        static string Xml<T>(T carrier)
        {
            using (var stream = new MemoryStream())
            {
                new DataContractSerializer(typeof(T)).WriteObject(stream, carrier);
                return Encoding.UTF8.GetString(stream.ToArray());
            }
        }

        static void Passed(string step) => Console.WriteLine("pass " + step);

        static void Check(bool condition, string what)
        {
            if (!condition) throw new Exception("failed: " + what);
        }
    }
}
