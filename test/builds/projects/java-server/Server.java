import com.sun.net.httpserver.HttpServer;
import java.io.FileReader;
import java.net.InetSocketAddress;
import java.util.Properties;

public class Server {
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.load(new FileReader("/etc/shop/server.properties"));
    byte[] page = settings.getProperty("page").getBytes();
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
      exchange.close();
    });
    server.start();
  }
}
