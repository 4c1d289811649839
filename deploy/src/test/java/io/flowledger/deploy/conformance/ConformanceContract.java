package io.flowledger.deploy.conformance;

import static org.assertj.core.api.Assertions.fail;

import io.flowledger.deploy.conformance.ConformanceClient.Answer;
import io.flowledger.deploy.conformance.ConformanceExchange.Header;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The HTTP API, exchange by exchange, is what the corpus in {@code src/test/resources/conformance}
 * says. {@link ConformanceExchange} tells how to read and write it.
 *
 * <p>Each file is played in order against a server of its own, which is empty at first; so an
 * exchange can fail because one before it did.
 *
 * <p>With {@code -Dconformance.record=true} the messages that {@code <message>} has stood for are
 * printed.
 */
@Execution(ExecutionMode.SAME_THREAD)
abstract class ConformanceContract {
  private static final boolean RECORD = Boolean.getBoolean("conformance.record");
  private static final String CORPUS = "/conformance";
  private static final String SUFFIX = ".http";
  private static final int LONGEST_SHOWN = 5_000;

  private static final Header VERSION = new Header("METADATA_SERVICE_VERSION", "2.6.1");
  private static final List<String> ABSENT_UNLESS_STATED =
      List.of("X-Limit", "X-Next-Cursor", "Allow");

  /** A server that holds nothing yet, for one file. */
  abstract TestServer emptyServer(String file);

  @TestFactory
  List<DynamicContainer> corpus() throws Exception {
    URL corpus = Objects.requireNonNull(ConformanceContract.class.getResource(CORPUS));
    List<Path> files;
    try (Stream<Path> listed = Files.list(Path.of(corpus.toURI()))) {
      files = listed.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    List<DynamicContainer> containers = new ArrayList<>();
    for (Path file : files) {
      containers.add(container(file));
    }
    return containers;
  }

  private DynamicContainer container(Path file) throws IOException {
    Session session = new Session(file.getFileName().toString());
    List<ConformanceExchange> exchanges = ConformanceExchange.read(file);
    Stream<DynamicTest> tests =
        exchanges.stream()
            .map(
                exchange ->
                    DynamicTest.dynamicTest(
                        exchange.title(),
                        session.location(exchange),
                        () -> session.play(exchange)));
    return DynamicContainer.dynamicContainer(
        session.file.replace(SUFFIX, ""), tests.onClose(session::close));
  }

  /** A file, its server, and the values that its placeholders have got. */
  private final class Session {
    private final String file;
    private final ConformancePlaceholders placeholders = new ConformancePlaceholders();
    private boolean begun;
    private @Nullable TestServer server;

    private Session(String file) {
      this.file = file;
    }

    URI location(ConformanceExchange exchange) {
      return URI.create("classpath:" + CORPUS + "/" + file + "?line=" + exchange.line());
    }

    void play(ConformanceExchange exchange) throws Exception {
      String target = placeholders.target(exchange.target());
      byte[] body = placeholders.body(exchange.requestBody());
      Answer answer =
          new ConformanceClient(server().port())
              .send(exchange.method(), target, exchange.requestHeaders(), body);
      answer.header("X-Next-Cursor").ifPresent(placeholders::next);
      List<String> differences = differences(exchange, answer);
      if (!differences.isEmpty()) {
        fail(report(exchange, target, answer, differences));
      }
      if (RECORD && ConformancePlaceholders.isMessage(exchange.body())) {
        System.out.println(
            file + ":" + exchange.line() + ": " + exchange.title() + ": " + answer.body());
      }
    }

    /** Started when first needed; once it did not start, it is not tried again. */
    private TestServer server() throws Exception {
      if (!begun) {
        begun = true;
        server = emptyServer(file.replace(SUFFIX, ""));
      }
      if (server == null) {
        throw new IllegalStateException("the server has not started");
      }
      return server;
    }

    private List<String> differences(ConformanceExchange exchange, Answer answer) {
      List<String> differences = new ArrayList<>();
      if (!exchange.statuses().contains(answer.status())) {
        differences.add("status: expected " + statuses(exchange) + ", got " + answer.status());
      }
      headerDifference(VERSION, answer).ifPresent(differences::add);
      for (Header expected : exchange.headers()) {
        headerDifference(expected, answer).ifPresent(differences::add);
      }
      for (String name : ABSENT_UNLESS_STATED) {
        if (Header.find(exchange.headers(), name).isEmpty()) {
          headerDifference(new Header(name, "<absent>"), answer).ifPresent(differences::add);
        }
      }
      placeholders
          .mismatch(exchange.body(), answer.body())
          .ifPresent(mismatch -> differences.add("body " + mismatch));
      return differences;
    }

    private Optional<String> headerDifference(Header expected, Answer answer) {
      String actual = answer.header(expected.name()).orElse("<absent>");
      boolean fits =
          switch (expected.value()) {
            case "<any>" -> !actual.equals("<absent>");
            case "<absent>" -> actual.equals("<absent>");
            default ->
                expected.name().equals("Allow")
                    ? methods(expected.value()).equals(methods(actual))
                    : placeholders.mismatch(expected.value(), actual).isEmpty();
          };
      return fits
          ? Optional.empty()
          : Optional.of("header " + expected + " expected, got " + actual);
    }

    private Set<String> methods(String allow) {
      return new TreeSet<>(List.of(allow.split(" *, *")));
    }

    private String report(
        ConformanceExchange exchange, String target, Answer answer, List<String> differences) {
      String expected =
          Stream.concat(
                  Stream.of(statuses(exchange)), exchange.headers().stream().map(Header::toString))
              .collect(Collectors.joining("\n"));
      return String.join(
          "\n",
          exchange.title() + " (" + file + ":" + exchange.line() + ")",
          String.join("\n", differences),
          "",
          "request:",
          shown(exchange.method() + " " + target + "\n" + exchange.requestBody()),
          "",
          "expected:",
          shown(expected + "\n\n" + exchange.body()),
          "",
          "got:",
          shown(answer.toString()));
    }

    private String statuses(ConformanceExchange exchange) {
      return exchange.statuses().stream()
          .sorted()
          .map(String::valueOf)
          .collect(Collectors.joining(" or "));
    }

    private String shown(String text) {
      return text.length() <= LONGEST_SHOWN
          ? text
          : text.substring(0, LONGEST_SHOWN) + "... (" + text.length() + " characters)";
    }

    private void close() {
      if (server != null) {
        try {
          server.close();
        } catch (Exception e) {
          throw new IllegalStateException("the server has not stopped", e);
        }
      }
    }
  }
}
