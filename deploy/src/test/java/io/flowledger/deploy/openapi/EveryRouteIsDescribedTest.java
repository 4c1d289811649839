package io.flowledger.deploy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.server.MountedRoutes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The description has every endpoint that there is, and no other. */
class EveryRouteIsDescribedTest {

  /** Below the registry, what is no endpoint is refused in the shape of the registry. */
  private static final String REFUSES_ALL = "/schema-registry/*";

  private static final JsonNode DOCUMENT =
      Description.of("1.2.3", Optional.of("/schema-registry"), true);

  @Test
  void everyRouteIsDescribedAndNoOther() {
    Set<String> mounted =
        MountedRoutes.all().stream()
            .filter(route -> !route.path().equals(REFUSES_ALL))
            .map(route -> route.method() + " " + route.path().replaceAll(":([a-z]+)", "{$1}"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(mounted).hasSizeGreaterThan(100);
    assertThat(DescribedApi.operations(DOCUMENT)).isEqualTo(mounted);
  }

  @Test
  void whatIsNotServedIsNotDescribed() {
    JsonNode paths = Description.of("1.2.3", Optional.empty(), false).get("paths");
    assertThat(paths.has("/flows")).isTrue();
    assertThat(paths.has("/mcp")).isFalse();
    assertThat(paths.has("/schema-registry/subjects")).isFalse();
    assertThat(
            Description.of("1.2.3", Optional.of("/registry"), false)
                .get("paths")
                .has("/registry/subjects"))
        .isTrue();
  }

  @Test
  void operationsHaveNamesOfTheirOwnAndSayWhatTheyDo() {
    Set<String> names = new HashSet<>();
    for (JsonNode path : DOCUMENT.get("paths")) {
      for (JsonNode operation : path) {
        String name = operation.path("operationId").asText();
        assertThat(names.add(name)).as("operationId %s", name).isTrue();
        assertThat(operation.path("summary").asText()).as(name).isNotEmpty();
        assertThat(operation.path("tags").size()).as(name).isEqualTo(1);
      }
    }
  }

  @Test
  void everyParameterOfAPathIsDescribed() {
    DOCUMENT
        .get("paths")
        .properties()
        .forEach(
            path -> {
              Set<String> inPath = new TreeSet<>();
              for (String segment : path.getKey().split("/")) {
                if (segment.startsWith("{")) {
                  inPath.add(segment.substring(1, segment.length() - 1));
                }
              }
              for (JsonNode operation : path.getValue()) {
                Set<String> described = new TreeSet<>();
                for (JsonNode parameter : operation.path("parameters")) {
                  JsonNode of = resolved(parameter);
                  if (of.get("in").asText().equals("path")) {
                    described.add(of.get("name").asText());
                  }
                }
                assertThat(described).as(path.getKey()).isEqualTo(inPath);
              }
            });
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    DOCUMENT
        .findValues("$ref")
        .forEach(
            reference ->
                assertThat(DOCUMENT.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse());
  }

  private static JsonNode resolved(JsonNode parameter) {
    return parameter.has("$ref")
        ? DOCUMENT.at(parameter.get("$ref").asText().substring(1))
        : parameter;
  }
}
