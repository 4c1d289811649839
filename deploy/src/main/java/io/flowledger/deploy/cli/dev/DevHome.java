package io.flowledger.deploy.cli.dev;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The folder of {@code flowledger dev}: {@code data} is the server's, {@code datastore} Metaflow's,
 * and {@code server} says where the server is that was started last.
 *
 * @param root absolute
 */
public record DevHome(Path root) {

  private static final String URL = "url";
  private static final String PROCESS = "process";
  private static final Duration LIMIT = Duration.ofSeconds(5);

  public Path data() {
    return root.resolve("data");
  }

  private Path datastore() {
    return root.resolve("datastore");
  }

  private Path server() {
    return root.resolve("server");
  }

  /** Makes what is missing of it. */
  public void make() throws IOException {
    Files.createDirectories(datastore());
  }

  /** Writes down where the server of this process is. */
  public void note(String url) throws IOException {
    Properties note = new Properties();
    note.setProperty(URL, url);
    note.setProperty(PROCESS, Long.toString(ProcessHandle.current().pid()));
    Path written = root.resolve("server.new");
    try (OutputStream out = Files.newOutputStream(written)) {
      note.store(out, null);
    }
    Files.move(written, server(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Where the server is; empty when none of this folder answers. */
  public Optional<String> running() {
    Properties note = new Properties();
    try (InputStream in = Files.newInputStream(server())) {
      note.load(in);
      String url = note.getProperty(URL, "");
      long process = Long.parseLong(note.getProperty(PROCESS, ""));
      boolean alive = ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
      return alive && answers(url) ? Optional.of(url) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // none was ever started, or what it has written is damaged
    }
  }

  private static boolean answers(String url) throws IOException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    HttpRequest ping = HttpRequest.newBuilder(URI.create(url + "/ping")).timeout(LIMIT).build();
    try {
      return client.send(ping, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What Metaflow has to be told, in the order in which people read it. */
  public Map<String, String> variables(String url) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("METAFLOW_DEFAULT_METADATA", "service");
    variables.put("METAFLOW_SERVICE_URL", url);
    variables.put("METAFLOW_DEFAULT_DATASTORE", "local");
    variables.put("METAFLOW_DATASTORE_SYSROOT_LOCAL", datastore().toString());
    return variables;
  }
}
