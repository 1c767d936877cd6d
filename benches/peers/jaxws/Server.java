import com.sun.net.httpserver.HttpServer;
import jakarta.jws.WebService;
import jakarta.xml.ws.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import users.AccessGatewayInfo;
import users.User_Type;

/** The two operations with JAX-WS's own endpoint, on the HTTP server of the JDK. */
public final class Server {
    @WebService(endpointInterface = "users.User", targetNamespace = TNS,
        serviceName = "WcfUserService", portName = "BasicHttpBinding_User")
    public static final class Operations implements users.User {
        @Override
        public User_Type saveUser(User_Type user) {
            return user;
        }

        @Override
        public AccessGatewayInfo registerWithAccessGateway(String redirectUri) {
            var info = new AccessGatewayInfo();
            info.setClientId("0123456789abcdef0123456789abcdef");
            info.setRedirectUri(redirectUri);
            return info;
        }
    }

    private static final String TNS = "http://www.superoffice.net/ws/crm/NetServer/Services88";

    public static void main(String[] arguments) throws IOException {
        var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
        var server = HttpServer.create(address, 1024);
        server.setExecutor(Executors.newCachedThreadPool());
        Endpoint.create(new Operations()).publish(server.createContext("/User.svc"));
        server.start(); // Only now, when there is something to answer with.
    }
}
