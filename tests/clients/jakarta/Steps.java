// The steps of the client suite with proxies for Java that have the header blocks as parameters. The
// stacks cxf and jaxws generate them, each with its own tool, and run them, each with its own runtime.

import jakarta.xml.bind.JAXB;
import jakarta.xml.ws.Dispatch;
import jakarta.xml.ws.Holder;
import jakarta.xml.ws.Service;
import jakarta.xml.ws.soap.SOAPBinding;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.namespace.QName;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import logins.SoPrincipal;
import logins.SoPrincipalCarrier;
import logins.WcfSoPrincipalService;
import users.ArrayOfCredential;
import users.ArrayOfUserGroup;
import users.Credential;
import users.CredentialType;
import users.Person;
import users.RoleRelationToOwner;
import users.SoCredentials;
import users.SoExceptionInfo;
import users.SoExtraInfo;
import users.SoTimeZone;
import users.StringDictionary;
import users.User;
import users.User_Type;
import users.WcfUserService;

abstract class Steps {
    static final String TNS = "http://www.superoffice.net/ws/crm/NetServer/Services88";
    static final String BASE = System.getenv("BASE");
    static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    // Holders of the header blocks; those of an answer have its blocks after a call.
    final Holder<SoTimeZone> zone = new Holder<>();
    final Holder<SoExceptionInfo> exception = new Holder<>();
    final Holder<SoExtraInfo> extra = new Holder<>();
    final Holder<Boolean> succeeded = new Holder<>();

    final Holder<SoPrincipalCarrier> principal = new Holder<>();
    final Holder<logins.SoCredentials> credentials = new Holder<>();
    final Holder<Boolean> entered = new Holder<>();

    // The tools order the parameters of this one differently.
    abstract void authenticate(SoPrincipal service, String name, String password);

    void run(String stack, String version) throws Exception {
        OUT.println("version " + version);
        var login = new WcfSoPrincipalService(url("SoPrincipal"));
        var users = new WcfUserService(url("User"));
        OUT.println("wire SOAP 1.1");
        steps(login.getBasicHttpBindingSoPrincipal(), users.getBasicHttpBindingUser(), SOAPBinding.SOAP11HTTP_BINDING, stack + "11");
        OUT.println("wire SOAP 1.2");
        steps(login.getBasicHttpBindingSoPrincipal12(), users.getBasicHttpBindingUser12(), SOAPBinding.SOAP12HTTP_BINDING, stack + "12");
    }

    void steps(SoPrincipal login, User users, String wire, String tag) throws Exception {
        exception.value = null;
        authenticate(login, "admin", "wrong");
        check(!entered.value && principal.value == null, "a wrong password");
        passed("refused");
        authenticate(login, "admin", System.getenv("PASSWORD"));
        check(entered.value && principal.value.getAssociate().equals("admin"), "log in");
        passed("login");
        var ticket = new SoCredentials();
        ticket.setTicket(credentials.value.getTicket());

        var uri = "https://portal.example/" + tag + "?a=1&b=2";
        var registered = users.registerWithAccessGateway(uri, "any", ticket, zone, exception, extra, succeeded);
        check(succeeded.value && exception.value == null && registered.getRedirectUri().equals(uri), "register");
        check(zone.value.getSoTimeZoneLocationCode().equals("UTC"), "TimeZone");
        var gateway = users.getAccessGatewayInfo("any", ticket, zone, exception, extra, succeeded);
        check(same(gateway, registered), "registration read back");
        passed("gateway");

        var groups = users.getAllUserGroups(false, "any", ticket, zone, exception, extra, succeeded).getUserGroup();
        check(groups.size() >= 2 && groups.stream().allMatch(it -> it.getId() > 0 && !it.getValue().isEmpty()), "groups");
        passed("groups");

        var user = users.createDefaultUser("any", ticket, zone, exception, extra, succeeded);
        var group = groups.get(groups.size() - 1);
        var text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀 " + tag;
        user.setName("u-" + tag);
        user.setTooltip(text);
        user.setRank((short) 7);
        user.setRequestSignature(text + "\nsecond line");
        user.setNickName("nick-" + tag);
        user.setUserName(tag + "@example.com");
        // The server keeps its own.
        user.setLastlogin(DatatypeFactory.newInstance().newXMLGregorianCalendar("2023-02-15T13:18:35"));
        user.setOtherGroups(new ArrayOfUserGroup());
        user.getOtherGroups().getUserGroup().add(group);
        var person = new Person();
        person.setFirstname("Zoë");
        person.setMiddleName(null);
        person.setDescription("");
        person.setLastname("Ünïcode-" + tag);
        person.setTitle("Dr. <x>");
        person.setEmail(tag + "@example.com");
        person.setMobilePhone("+47 1");
        user.setPerson(person);
        var credential = new Credential();
        credential.setType(new CredentialType());
        credential.getType().setType("CRM5/PASSWORD");
        credential.setValue("Java-Password-1!");
        credential.setDisplayValue("pw");
        user.setCredentials(new ArrayOfCredential());
        user.getCredentials().getCredential().add(credential);
        user.setExtraFields(dictionary("æ&<", "😀", "empty", "", "null", null));
        user.setCustomFields(dictionary("æ&<", "😀"));
        var saved = users.saveUser(user, "any", ticket, zone, exception, extra, succeeded);
        check(succeeded.value && saved.getAssociateId() > 0, "save");
        passed("save");

        var id = saved.getAssociateId();
        var read = users.getUser(id, "any", ticket, zone, exception, extra, succeeded);
        check(same(read, saved), "read back equal");
        check(List.of(read.getName(), read.getTooltip(), read.getRank(), read.getRequestSignature(), read.getNickName(), read.getUserName())
                .equals(List.of(user.getName(), text, user.getRank(), user.getRequestSignature(), user.getNickName(), user.getUserName())), "members");
        check(read.getLastlogin().toXMLFormat().equals("0001-01-01T00:00:00"), "a date of nothing");
        check(read.getOtherGroups().getUserGroup().size() == 1 && same(read.getOtherGroups().getUserGroup().get(0), group), "OtherGroups");
        var back = read.getPerson();
        check(List.of(back.getFirstname(), back.getDescription(), back.getLastname(), back.getTitle(), back.getEmail(), back.getMobilePhone())
                .equals(List.of("Zoë", "", person.getLastname(), "Dr. <x>", person.getEmail(), "+47 1")), "Person");
        check(back.getMiddleName() == null, "nil");
        var stored = read.getCredentials().getCredential();
        check(stored.size() == 1 && stored.get(0).getType().getType().equals("CRM5/PASSWORD") && stored.get(0).getValue().isEmpty(), "Credentials");
        check(map(read.getExtraFields()).equals(map(user.getExtraFields())), "ExtraFields");
        check(map(read.getCustomFields()).equals(map(user.getCustomFields())), "CustomFields");
        check(same(users.saveUser(read, "any", ticket, zone, exception, extra, succeeded), read), "saving what was read changes nothing");
        authenticate(login, user.getName(), "Java-Password-1!");
        check(entered.value, "the new user logs in");
        var seen = users.getUser(id, "any", ticket, zone, exception, extra, succeeded).getLastlogin();
        var at = LocalDateTime.parse(seen.toXMLFormat());
        check(Duration.between(at, LocalDateTime.now(ZoneOffset.UTC)).abs().toHours() < 1, "the date of a log-in: " + seen);
        passed("read");

        var others = RoleRelationToOwner.OTHER_GROUPS;
        for (var value : List.of("CR", "CRUD")) {
            users.setDataRight(3, "contact", others, value, "any", ticket, zone, exception, extra, succeeded);
            check(users.getDataRight(3, "contact", others, "any", ticket, zone, exception, extra, succeeded).equals(value), "data right");
            var rights = users.getRoleEntity(3, "any", ticket, zone, exception, extra, succeeded).getDataRights();
            var tables = rights.getRowsInfo().getEntityName().stream().map(it -> it.getTableName()).toList();
            var relations = rights.getColumnsInfo().getRelationToOwner().stream().map(it -> it.getValue()).toList();
            var row = rights.getRights().getArrayOfDataRight().get(tables.indexOf("contact"));
            check(row.getDataRight().get(relations.indexOf("Other groups")).getValue().equals(value), "matrix");
        }
        passed("rights");

        var bad = new SoCredentials();
        bad.setTicket("7T:bad");
        check(users.getUser(1, "any", bad, zone, exception, extra, succeeded) == null && !succeeded.value, "bad ticket");
        check(exception.value.getExceptionType().equals("SuperOffice.Exceptions.SoSessionException"), "ExceptionInfo");
        passed("ticket");

        // An operation that no WSDL names.
        var port = new QName(TNS, "Missing");
        var service = Service.create(new QName(TNS, "MissingService"));
        service.addPort(port, wire, BASE + "/User.svc");
        Dispatch<Source> missing = service.createDispatch(port, Source.class, Service.Mode.PAYLOAD);
        missing.getRequestContext().put(Dispatch.SOAPACTION_USE_PROPERTY, true);
        missing.getRequestContext().put(Dispatch.SOAPACTION_URI_PROPERTY, TNS + "/User/NoSuchOperation");
        try {
            missing.invoke(new StreamSource(new StringReader("<NoSuchOperation xmlns='" + TNS + "'/>")));
            check(false, "no fault");
        } catch (SOAPFaultException thrown) {
            var fault = thrown.getFault();
            Iterator<QName> below = wire.equals(SOAPBinding.SOAP12HTTP_BINDING) ? fault.getFaultSubcodes() : List.<QName>of().iterator();
            var code = below.hasNext() ? below.next() : fault.getFaultCodeAsQName();
            check(code.getLocalPart().equals("ActionNotSupported") && !fault.getFaultString().isEmpty(), "fault " + code);
        }
        passed("fault");
    }

    static URL url(String service) throws Exception {
        return URI.create(BASE + "/" + service + ".svc?wsdl").toURL();
    }

    static StringDictionary dictionary(String... keysAndValues) {
        var made = new StringDictionary();
        for (var at = 0; at < keysAndValues.length; at += 2) {
            var pair = new StringDictionary.StringKeyValuePair();
            pair.setKey(keysAndValues[at]);
            pair.setValue(keysAndValues[at + 1]);
            made.getStringKeyValuePair().add(pair);
        }
        return made;
    }

    static Map<String, String> map(StringDictionary dictionary) {
        var made = new TreeMap<String, String>();
        dictionary.getStringKeyValuePair().forEach(it -> made.put(it.getKey(), it.getValue()));
        return made;
    }

    static boolean same(Object one, Object other) {
        var texts = List.of(new StringWriter(), new StringWriter());
        JAXB.marshal(one, texts.get(0));
        JAXB.marshal(other, texts.get(1));
        return texts.get(0).toString().equals(texts.get(1).toString());
    }

    static void passed(String step) {
        OUT.println("pass " + step);
    }

    static void check(boolean condition, String what) {
        if (!condition) throw new AssertionError(what);
    }
}
