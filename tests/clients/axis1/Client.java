// The steps of the client suite with the stubs of Axis 1.4, in SOAP 1.1 and 1.2.

import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import javax.xml.rpc.holders.BooleanWrapperHolder;
import logins.SoPrincipal;
import logins.WcfSoPrincipalServiceLocator;
import logins.holders.SoCredentialsHolder;
import logins.holders.SoPrincipalCarrierHolder;
import org.apache.axis.AxisFault;
import org.apache.axis.client.Call;
import org.apache.axis.client.Service;
import org.apache.axis.client.Stub;
import org.apache.axis.message.SOAPHeaderElement;
import org.apache.axis.soap.SOAPConstants;
import users.Credential;
import users.CredentialType;
import users.Person;
import users.RoleRelationToOwner;
import users.StringDictionaryStringKeyValuePair;
import users.UserGroup;
import users.User_PortType;
import users.WcfUserServiceLocator;

class Client {
    static final String TNS = "http://www.superoffice.net/ws/crm/NetServer/Services88";
    static final String BASE = System.getenv("BASE");
    static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    final SoPrincipalCarrierHolder principal = new SoPrincipalCarrierHolder();
    final SoCredentialsHolder credentials = new SoCredentialsHolder();
    final BooleanWrapperHolder entered = new BooleanWrapperHolder();

    public static void main(String[] arguments) throws Exception {
        OUT.println("version Axis 1.4");
        var logins = new WcfSoPrincipalServiceLocator();
        var users = new WcfUserServiceLocator();
        OUT.println("wire SOAP 1.1");
        new Client().steps(logins.getBasicHttpBinding_SoPrincipal(url("SoPrincipal")),
                users.getBasicHttpBinding_User(url("User")), SOAPConstants.SOAP11_CONSTANTS, "axis11");
        OUT.println("wire SOAP 1.2");
        new Client().steps(logins.getBasicHttpBinding_SoPrincipal12(url("SoPrincipal")),
                users.getBasicHttpBinding_User12(url("User")), SOAPConstants.SOAP12_CONSTANTS, "axis12");
    }

    void steps(SoPrincipal login, User_PortType users, SOAPConstants version, String tag) throws Exception {
        login.authenticateUsernamePassword("admin", "wrong", principal, credentials, entered);
        check(!entered.value && principal.value == null, "a wrong password");
        passed("refused");
        login.authenticateUsernamePassword("admin", System.getenv("PASSWORD"), principal, credentials, entered);
        check(entered.value && principal.value.getAssociate().equals("admin"), "log in");
        passed("login");
        heads(users, credentials.value.getTicket());

        var uri = "https://portal.example/" + tag + "?a=1&b=2";
        var registered = users.registerWithAccessGateway(uri);
        check(head(users, "Succeeded").getValue().equals("true") && registered.getRedirectUri().equals(uri), "register");
        check(users.getAccessGatewayInfo().equals(registered), "registration read back");
        passed("gateway");

        var groups = users.getAllUserGroups(false);
        check(groups.length >= 2 && Stream.of(groups).allMatch(it -> it.getId() > 0 && !it.getValue().isEmpty()), "groups");
        passed("groups");

        var user = users.createDefaultUser();
        var group = groups[groups.length - 1];
        var text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀 " + tag;
        user.setName("u-" + tag);
        user.setTooltip(text);
        user.setRank((short) 7);
        user.setRequestSignature(text + "\nsecond line");
        user.setNickName("nick-" + tag);
        user.setUserName(tag + "@example.com");
        user.setLastlogin(new GregorianCalendar(2023, 1, 15, 13, 18, 35)); // The server keeps its own.
        user.setOtherGroups(new UserGroup[] {group});
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
        credential.setValue("Axis-Password-1!");
        credential.setDisplayValue("pw");
        user.setCredentials(new Credential[] {credential});
        user.setExtraFields(dictionary("æ&<", "😀", "empty", "", "null", null));
        user.setCustomFields(dictionary("æ&<", "😀"));
        var saved = users.saveUser(user);
        check(head(users, "Succeeded").getValue().equals("true") && saved.getAssociateId() > 0, "save");
        passed("save");

        var id = saved.getAssociateId();
        var read = users.getUser(id);
        check(read.equals(saved), "read back equal");
        check(List.of(read.getName(), read.getTooltip(), read.getRank(), read.getRequestSignature(), read.getNickName(), read.getUserName())
                .equals(List.of(user.getName(), text, user.getRank(), user.getRequestSignature(), user.getNickName(), user.getUserName())), "members");
        check(read.getLastlogin().get(Calendar.YEAR) == 1, "a date of nothing");
        check(read.getOtherGroups().length == 1 && read.getOtherGroups()[0].equals(group), "OtherGroups");
        var back = read.getPerson();
        check(List.of(back.getFirstname(), back.getDescription(), back.getLastname(), back.getTitle(), back.getEmail(), back.getMobilePhone())
                .equals(List.of("Zoë", "", person.getLastname(), "Dr. <x>", person.getEmail(), "+47 1")), "Person");
        check(back.getMiddleName() == null, "nil");
        var stored = read.getCredentials();
        check(stored.length == 1 && stored[0].getType().getType().equals("CRM5/PASSWORD") && stored[0].getValue().isEmpty(), "Credentials");
        check(map(read.getExtraFields()).equals(map(user.getExtraFields())), "ExtraFields");
        check(map(read.getCustomFields()).equals(map(user.getCustomFields())), "CustomFields");
        check(users.saveUser(read).equals(read), "saving what was read changes nothing");
        login.authenticateUsernamePassword(user.getName(), "Axis-Password-1!", principal, credentials, entered);
        check(entered.value, "the new user logs in");
        var seen = users.getUser(id).getLastlogin().toInstant();
        check(Duration.between(seen, Instant.now()).abs().toHours() < 1, "the date of a log-in: " + seen);
        passed("read");

        var others = RoleRelationToOwner.OtherGroups;
        for (var value : List.of("CR", "CRUD")) {
            users.setDataRight(3, "contact", others, value);
            check(users.getDataRight(3, "contact", others).equals(value), "data right");
            var rights = users.getRoleEntity(3).getDataRights();
            var tables = Stream.of(rights.getRowsInfo()).map(it -> it.getTableName()).toList();
            var relations = Stream.of(rights.getColumnsInfo()).map(it -> it.getValue()).toList();
            check(rights.getRights()[tables.indexOf("contact")][relations.indexOf("Other groups")].getValue().equals(value), "matrix");
        }
        passed("rights");

        heads(users, "7T:bad");
        check(users.getUser(1) == null && head(users, "Succeeded").getValue().equals("false"), "bad ticket");
        var kind = head(users, "ExceptionInfo").getElementsByTagNameNS(TNS, "ExceptionType").item(0).getFirstChild().getNodeValue();
        check(kind.equals("SuperOffice.Exceptions.SoSessionException"), "ExceptionInfo");
        passed("ticket");

        // An operation that the stub does not have.
        var missing = (Call) new Service().createCall();
        missing.setTargetEndpointAddress(url("User"));
        missing.setSOAPVersion(version);
        missing.setEncodingStyle(null);
        missing.setUseSOAPAction(true);
        missing.setSOAPActionURI(TNS + "/User/NoSuchOperation");
        missing.setOperationName(new QName(TNS, "NoSuchOperation"));
        try {
            missing.invoke(new Object[0]);
            check(false, "no fault");
        } catch (AxisFault fault) {
            var below = fault.getFaultSubCodes();
            var code = below == null ? fault.getFaultCode() : below[0];
            check(code.getLocalPart().equals("ActionNotSupported") && !fault.getFaultString().isEmpty(), "fault " + code);
        }
        passed("fault");
    }

    // Axis makes no parameters of header blocks: they are set on the stub.
    static void heads(User_PortType users, String ticket) throws Exception {
        var token = new SOAPHeaderElement(TNS, "ApplicationToken", "any");
        var credentials = new SOAPHeaderElement(TNS, "Credentials");
        credentials.addChildElement("Ticket", "", TNS).addTextNode(ticket);
        var stub = (Stub) users;
        stub.clearHeaders();
        stub.setHeader(token);
        stub.setHeader(credentials);
    }

    static SOAPHeaderElement head(User_PortType users, String name) {
        return ((Stub) users).getResponseHeader(TNS, name);
    }

    static URL url(String service) throws Exception {
        return URI.create(BASE + "/" + service + ".svc").toURL();
    }

    static StringDictionaryStringKeyValuePair[] dictionary(String... keysAndValues) {
        var made = new StringDictionaryStringKeyValuePair[keysAndValues.length / 2];
        for (var at = 0; at < made.length; at++) {
            made[at] = new StringDictionaryStringKeyValuePair(keysAndValues[2 * at], keysAndValues[2 * at + 1]);
        }
        return made;
    }

    static Map<String, String> map(StringDictionaryStringKeyValuePair[] dictionary) {
        var made = new TreeMap<String, String>();
        for (var pair : dictionary) made.put(pair.getKey(), pair.getValue());
        return made;
    }

    static void passed(String step) {
        OUT.println("pass " + step);
    }

    static void check(boolean condition, String what) {
        if (!condition) throw new AssertionError(what);
    }
}
