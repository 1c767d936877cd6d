// The steps of the client suite with gSOAP's C++ proxy, in SOAP 1.1 and 1.2.

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "BasicHttpBinding_USCOREUser.nsmap"
#include "soapBasicHttpBinding_USCOREUserProxy.h"

using Proxy = BasicHttpBinding_USCOREUserProxy; // Of both services and both bindings.
using Pair = _ns1__StringDictionary_StringKeyValuePair;

static const std::string base = std::getenv("BASE"), admin_password = std::getenv("PASSWORD");
static const std::string tns = "http://www.superoffice.net/ws/crm/NetServer/Services88";

static void check(bool condition, const std::string &what)
{
    if (!condition)
        throw std::runtime_error("failed: " + what);
}

static void passed(const char *step)
{
    std::cout << "pass " << step << std::endl;
}

class Steps
{
    struct soap *soap;
    Proxy proxy;
    std::string tag, users = base + "/User.svc", logins = base + "/SoPrincipal.svc", ticket;

    // Members that may be left out are pointers; the context owns what they point to.
    template <class Value> Value *put(Value value)
    {
        return new (soap_malloc(soap, sizeof(Value))) Value(value);
    }

    std::string *put(const std::string &value)
    {
        auto made = soap_new_std__string(soap);
        *made = value;
        return made;
    }

    std::string *put(const char *value) { return put(std::string(value)); }

    ns1__StringDictionary *put(std::initializer_list<std::pair<const char *, const char *>> pairs)
    {
        auto made = soap_new_ns1__StringDictionary(soap);
        for (auto &[key, value] : pairs)
        {
            Pair pair;
            pair.Key = put(key);
            pair.Value = value ? put(value) : nullptr;
            made->StringKeyValuePair.push_back(pair);
        }
        return made;
    }

    static std::map<std::string, std::string> map(const ns1__StringDictionary *dictionary)
    {
        std::map<std::string, std::string> made;
        for (auto &pair : dictionary->StringKeyValuePair)
            made[*pair.Key] = pair.Value ? "=" + *pair.Value : "nil";
        return made;
    }

    std::string xml(const ns1__User *user)
    {
        std::ostringstream text;
        soap->os = &text;
        check(soap_write_ns1__User(soap, user) == SOAP_OK, "write");
        soap->os = nullptr;
        return text.str();
    }

    void heads(const std::string &ticket)
    {
        soap->header = soap_new_SOAP_ENV__Header(soap);
        soap->header->ns1__ApplicationToken = put("any");
        soap->header->ns1__Credentials = soap_new_ns1__SoCredentials(soap);
        soap->header->ns1__Credentials->Ticket = put(ticket);
    }

    // A call of User with its header blocks.
    template <class Request, class Answer>
    Answer call(int (Proxy::*operation)(const char *, const char *, Request *, Answer &), Request &request)
    {
        heads(ticket);
        Answer answer;
        ok((proxy.*operation)(users.c_str(), nullptr, &request, answer));
        check(*soap->header->ns1__Succeeded && !soap->header->ns1__ExceptionInfo, "Succeeded");
        return answer;
    }

    void ok(int error)
    {
        if (error)
        {
            std::ostringstream text;
            soap_stream_fault(soap, text);
            throw std::runtime_error(text.str());
        }
    }

    _ns1__AuthenticateResponse log_in(const std::string &name, const std::string &password)
    {
        _ns1__AuthenticateUsernamePassword request;
        request.UserName = put(name);
        request.Password = put(password);
        _ns1__AuthenticateResponse answer;
        soap->header = nullptr;
        ok(proxy.AuthenticateUsernamePassword(logins.c_str(), nullptr, &request, answer));
        return answer;
    }

public:
    Steps(struct soap *soap, std::string tag) : soap(soap), proxy(soap), tag(std::move(tag)) {}

    void run()
    {
        auto refused = log_in("admin", "wrong");
        check(!*refused.AuthenticationSucceeded && !refused.Response, "a wrong password");
        passed("refused");
        auto entered = log_in("admin", admin_password);
        check(*entered.AuthenticationSucceeded && *entered.Response->Associate == "admin", "log in");
        passed("login");
        ticket = *entered.Credentials->Ticket;

        auto uri = "https://portal.example/" + tag + "?a=1&b=2";
        _ns1__RegisterWithAccessGateway registration;
        registration.RedirectUri = put(uri);
        auto registered = call(&Proxy::RegisterWithAccessGateway, registration).Response;
        check(*registered->RedirectUri == uri, "register");
        _ns1__GetAccessGatewayInfo nothing;
        auto gateway = call(&Proxy::GetAccessGatewayInfo, nothing).Response;
        check(*gateway->ClientId == *registered->ClientId && *gateway->RedirectUri == uri, "registration read back");
        passed("gateway");

        _ns1__GetAllUserGroups all;
        all.IncludeDeleted = put(false);
        auto groups = call(&Proxy::GetAllUserGroups, all).Response->UserGroup;
        check(groups.size() >= 2 && *groups.back()->Id > 0 && !groups.back()->Value->empty(), "groups");
        passed("groups");

        _ns1__CreateDefaultUser blank;
        auto user = call(&Proxy::CreateDefaultUser, blank).Response;
        auto text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀 " + tag;
        user->Name = put("u-" + tag);
        user->Tooltip = put(text);
        user->Rank = put<short>(7);
        user->RequestSignature = put(text + "\nsecond line");
        user->NickName = put("nick-" + tag);
        user->UserName = put(tag + "@example.com");
        user->Lastlogin = put<time_t>(1676467115); // The server keeps its own.
        user->OtherGroups = soap_new_ns1__ArrayOfUserGroup(soap);
        user->OtherGroups->UserGroup = {groups.back()};
        auto person = user->Person = soap_new_ns1__Person(soap);
        person->Firstname = put("Zoë");
        person->Description = put("");
        person->Lastname = put("Ünïcode-" + tag);
        person->Title = put("Dr. <x>");
        person->Email = put(tag + "@example.com");
        person->MobilePhone = put("+47 1");
        auto credential = soap_new_ns1__Credential(soap);
        credential->Type = soap_new_ns1__CredentialType(soap);
        credential->Type->Type = put("CRM5/PASSWORD");
        credential->Value = put("Gsoap-Password-1!");
        credential->DisplayValue = put("pw");
        user->Credentials = soap_new_ns1__ArrayOfCredential(soap);
        user->Credentials->Credential = {credential};
        user->ExtraFields = put({{"æ&<", "😀"}, {"empty", ""}, {"null", nullptr}});
        user->CustomFields = put({{"æ&<", "😀"}});
        _ns1__SaveUser save;
        save.User = user;
        auto saved = call(&Proxy::SaveUser, save).Response;
        check(*saved->AssociateId > 0, "save");
        passed("save");

        _ns1__GetUser get;
        get.UserId = saved->AssociateId;
        auto read = call(&Proxy::GetUser, get).Response;
        check(xml(read) == xml(saved), "read back equal");
        check(*read->Name == *user->Name && *read->Tooltip == text && *read->Rank == 7 && *read->NickName == *user->NickName
            && *read->RequestSignature == *user->RequestSignature && *read->UserName == *user->UserName, "members");
        check(*read->Lastlogin == 0, "a date of nothing"); // gSOAP's time_t has no year 1.
        check(read->OtherGroups->UserGroup.size() == 1 && *read->OtherGroups->UserGroup[0]->Id == *groups.back()->Id, "OtherGroups");
        auto back = read->Person;
        check(*back->Firstname == "Zoë" && *back->Lastname == *person->Lastname && !back->MiddleName && *back->Description == ""
            && *back->Title == "Dr. <x>" && *back->Email == *person->Email && *back->MobilePhone == "+47 1", "Person");
        auto stored = read->Credentials->Credential;
        check(stored.size() == 1 && *stored[0]->Type->Type == "CRM5/PASSWORD" && stored[0]->Value->empty(), "Credentials");
        check(map(read->ExtraFields) == map(user->ExtraFields), "ExtraFields");
        check(map(read->CustomFields) == map(user->CustomFields), "CustomFields");
        save.User = read;
        check(xml(call(&Proxy::SaveUser, save).Response) == xml(read), "saving what was read changes nothing");
        check(*log_in(*user->Name, "Gsoap-Password-1!").AuthenticationSucceeded, "the new user logs in");
        auto seen = *call(&Proxy::GetUser, get).Response->Lastlogin;
        check(std::abs(seen - std::time(nullptr)) < 3600, "the date of a log-in");
        passed("read");

        for (const char *value : {"CR", "CRUD"})
        {
            _ns1__SetDataRight set;
            _ns1__GetDataRight look;
            look.RoleId = set.RoleId = put(3);
            look.TableName = set.TableName = put("contact");
            look.RelationToOwner = set.RelationToOwner = put(ns1__RoleRelationToOwner__OtherGroups);
            set.DataRightValue = put(value);
            call(&Proxy::SetDataRight, set);
            check(*call(&Proxy::GetDataRight, look).Response == value, "data right");
            _ns1__GetRoleEntity role;
            role.RoleEntityId = set.RoleId;
            auto rights = call(&Proxy::GetRoleEntity, role).Response->DataRights;
            auto &tables = rights->RowsInfo->EntityName;
            auto &relations = rights->ColumnsInfo->RelationToOwner;
            auto row = std::find_if(tables.begin(), tables.end(), [](auto it) { return *it->TableName == "contact"; });
            auto column = std::find_if(relations.begin(), relations.end(), [](auto it) { return *it->Value == "Other groups"; });
            auto &cells = rights->Rights->ArrayOfDataRight.at(row - tables.begin())->DataRight;
            check(*cells.at(column - relations.begin())->Value == value, "matrix");
        }
        passed("rights");

        heads("7T:bad");
        _ns1__GetUserResponse none;
        ok(proxy.GetUser(users.c_str(), nullptr, &get, none));
        check(!none.Response && !*soap->header->ns1__Succeeded, "bad ticket");
        check(*soap->header->ns1__ExceptionInfo->ExceptionType == "SuperOffice.Exceptions.SoSessionException", "ExceptionInfo");
        passed("ticket");

        // An operation that the proxy does not have, so written element by element, and in chunks.
        auto action = tns + "/User/NoSuchOperation";
        soap->header = nullptr;
        soap_begin(soap);
        soap_set_omode(soap, SOAP_IO_CHUNK);
        soap->encodingStyle = nullptr;
        ok(soap_begin_count(soap) || soap_end_count(soap) || soap_connect(soap, users.c_str(), action.c_str())
            || soap_envelope_begin_out(soap) || soap_body_begin_out(soap)
            || soap_element_begin_out(soap, "ns1:NoSuchOperation", 0, nullptr)
            || soap_element_end_out(soap, "ns1:NoSuchOperation")
            || soap_body_end_out(soap) || soap_envelope_end_out(soap) || soap_end_send(soap));
        check(soap_begin_recv(soap) || soap_envelope_begin_in(soap) || soap_recv_header(soap)
            || soap_body_begin_in(soap) || soap_recv_fault(soap, 1), "no fault");
        std::string code = soap_fault_subcode(soap) ? soap_fault_subcode(soap) : *soap_faultcode(soap);
        check(code.find("ActionNotSupported") != std::string::npos, "fault " + code);
        check(*soap_fault_string(soap), "the fault's text");
        passed("fault");
    }
};

int main()
{
    std::cout << "version gSOAP " << GSOAP_VERSION / 100000 << "." << GSOAP_VERSION / 1000 % 100 << "." << GSOAP_VERSION % 1000 << std::endl;
    for (short version : {1, 2})
    {
        std::cout << "wire SOAP 1." << version << std::endl;
        auto soap = soap_new1(SOAP_C_UTFSTRING);
        soap_set_version(soap, version);
        try
        {
            Steps(soap, "gsoap1" + std::to_string(version)).run();
        }
        catch (const std::exception &failed)
        {
            std::cerr << failed.what() << std::endl;
            return 1;
        }
        soap_destroy(soap);
        soap_end(soap);
        soap_free(soap);
    }
}
