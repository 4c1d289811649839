package io.flowledger.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real Apicurio Registry in a process of its own, which can be killed and started again. */
public final class ApicurioRegistry implements AutoCloseable {

  /** Where the build unpacks it. */
  private static final Path PROGRAM = Path.of("target", "apicurio");

  private final Path data = TestServer.temporaryFolder();
  private final int port = Ports.free();
  private ChildProcess process;

  public ApicurioRegistry() {
    process = run();
  }

  private ChildProcess run() {
    ChildProcess started =
        ChildProcess.jar(
            jar(),
            Map.of(
                "QUARKUS_HTTP_HOST",
                "127.0.0.1",
                "QUARKUS_HTTP_PORT",
                Integer.toString(port),
                "REGISTRY_DATASOURCE_URL",
                "jdbc:h2:file:" + data.resolve("registry") + ";WRITE_DELAY=0"));
    started.await(Pattern.compile("Listening on: (\\S+)"));
    return started;
  }

  private static Path jar() {
    try (Stream<Path> files = Files.list(PROGRAM)) {
      return files
          .filter(file -> file.toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("not in " + PROGRAM.toAbsolutePath()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of its API for Confluent's clients. */
  public String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /** Settings of a client that does not wait for long. */
  public Map<String, String> properties() {
    return Map.of("schema.registry.url", url(), "max.retries", "0");
  }

  public void kill() {
    process.kill();
  }

  /** On what it had. */
  public void startAgain() {
    process = run();
  }

  @Override
  public void close() {
    process.kill();
    TestServer.delete(data);
  }
}
