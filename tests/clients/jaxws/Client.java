// Runs the steps with the proxies and the runtime of the JAX-WS reference implementation.

import jakarta.xml.ws.Holder;
import logins.SoPrincipal;

class Client extends Steps {
    public static void main(String[] arguments) throws Exception {
        new Client().run("jaxws", com.sun.xml.ws.util.RuntimeVersion.VERSION.toString().replaceAll(" *git.*| *svn.*", ""));
    }

    @Override
    void authenticate(SoPrincipal service, String name, String password) {
        service.authenticateUsernamePassword(name, password, principal, credentials, entered, "any",
                new Holder<>(), new Holder<>(), succeeded, new Holder<>());
    }
}
