package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.SchemasConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Where schemas are kept, as the command line, the environment and the file say it. */
class RegistryOptionsTest {

  private static final String URL = "http://registry:8081";
  private static final String PATH = "/schema-registry";

  @TempDir Path folder = Path.of("");

  private static String[] serve(String... options) {
    List<String> args = new ArrayList<>(List.of("serve"));
    args.addAll(List.of(options));
    return args.toArray(String[]::new);
  }

  private static SchemasConfig schemas(Map<String, String> environment, String... options) {
    CommandLine command = Main.commandLine(serve(options), environment);
    var serve = command.parseArgs(serve(options)).subcommand();
    assertThat(serve).isNotNull();
    return ((ServeCommand) serve.commandSpec().userObject()).serverConfig().schemas();
  }

  private static void refuses(String message, String... options) {
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            serve(options),
            Map.of(),
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true));
    assertThat(err.toString()).isEqualTo("flowledger serve: " + message + " (try --help)\n");
    assertThat(status).isEqualTo(2);
  }

  @Test
  void schemasAreInTheirTopicUnlessARegistryIsNamed() {
    assertThat(schemas(Map.of())).isEqualTo(new SchemasConfig(Map.of(), Optional.empty(), PATH));
  }

  @Test
  void settingsHaveTheirOwnNames() {
    assertThat(
            schemas(
                Map.of(),
                "--schema-registry",
                "http://a:1,http://b:1",
                "--schema-registry-property",
                "basic.auth.credentials.source=USER_INFO",
                "--schema-registry-property",
                "basic.auth.user.info=ada:a=b",
                "--value-serializer",
                "com.example.Serializer"))
        .isEqualTo(
            new SchemasConfig(
                Map.of(
                    "schema.registry.url",
                    "http://a:1,http://b:1",
                    "basic.auth.credentials.source",
                    "USER_INFO",
                    "basic.auth.user.info",
                    "ada:a=b"),
                Optional.of("com.example.Serializer"),
                PATH));
  }

  @Test
  void settingsMayBeInTheEnvironmentAndTheFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("f.properties"),
            "schema-registry = http://file:1\nschema-registry.max.retries = 7\n"
                + "schema-registry.retries.wait.ms = 5\n");
    assertThat(
            schemas(
                    Map.of(
                        "FLOWLEDGER_SCHEMA_REGISTRY",
                        URL,
                        "FLOWLEDGER_SCHEMA_REGISTRY_PROPERTY",
                        "max.retries=1\nhttp.read.timeout.ms=9"),
                    "--config",
                    file.toString())
                .registry())
        .isEqualTo(
            Map.of(
                "schema.registry.url",
                URL,
                "max.retries",
                "1",
                "retries.wait.ms",
                "5",
                "http.read.timeout.ms",
                "9"));
  }

  @Test
  void mistakesAreOneLine() {
    refuses(
        "--schema-registry-property needs --schema-registry",
        "--schema-registry-property",
        "max.retries=1");
    refuses("--value-serializer needs --schema-registry", "--value-serializer", "com.example.It");
    refuses(
        "--schema-registry: schema.registry.url must be http://HOST:PORT or https://HOST:PORT, or"
            + " several with commas between",
        "--schema-registry",
        "registry");
    refuses(
        "--schema-registry: max.retries must be a number from 0 to 1000, not 'x'",
        "--schema-registry",
        URL,
        "--schema-registry-property",
        "max.retries=x");
    refuses(
        "no setting of the schema registry at http://registry:8081 is called max.tries",
        "--schema-registry",
        "http://ada:secret@registry:8081",
        "--schema-registry-property",
        "max.tries=1");
  }

  /** It may have settings that nobody knows here. */
  @Test
  void anotherSerializerTakesWhatItLikes() {
    assertThat(
            schemas(
                    Map.of(),
                    "--schema-registry",
                    URL,
                    "--schema-registry-property",
                    "value.schema.id.serializer=com.example.Header",
                    "--value-serializer",
                    "com.example.It")
                .registry())
        .containsEntry("value.schema.id.serializer", "com.example.Header");
  }
}
