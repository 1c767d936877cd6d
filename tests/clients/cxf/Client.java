// Runs the steps with the proxies and the runtime of Apache CXF.

import jakarta.xml.ws.Holder;
import logins.SoPrincipal;
import org.apache.cxf.BusFactory;
import org.apache.cxf.version.Version;

class Client extends Steps {
    public static void main(String[] arguments) throws Exception {
        // SOAP 1.2 has HTTP 400 for a fault of the sender; by itself CXF reads faults at 500 only.
        BusFactory.getDefaultBus().setProperty("org.apache.cxf.transport.process_fault_on_http_400", true);
        new Client().run("cxf", "CXF " + Version.getCurrentVersion());
    }

    @Override
    void authenticate(SoPrincipal service, String name, String password) {
        service.authenticateUsernamePassword(name, password, "any", principal, credentials, entered,
                new Holder<>(), new Holder<>(), succeeded, new Holder<>());
    }
}
