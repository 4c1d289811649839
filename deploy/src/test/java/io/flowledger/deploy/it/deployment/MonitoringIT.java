package io.flowledger.deploy.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.fixture.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules and dashboard, by promtool, and held against what servers really tell. */
class MonitoringIT {

  private static final Path RULES = Repository.ROOT.resolve("deploy/prometheus");
  private static final String DASHBOARD = "deploy/grafana/flowledger.json";

  /** Of Prometheus itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  /** What only a server with TLS or keys tells; the tests of those hold the names. */
  private static final Pattern OF_SOME = Pattern.compile("flowledger_(tls|access)_.*");

  private static final Pattern BROKER = Pattern.compile("broker at (\\S+)");
  private static final Pattern NAME =
      Pattern.compile(
          "\\b(up|(?:flowledger|http_server|jvm|process|disk|system)_[a-z0-9_]+)(?=[{\\[ )]|$)");
  private static final Pattern EXPOSED = Pattern.compile("(?m)^([a-z][a-z0-9_]*)");
  private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");
  private static final Pattern TESTED = Pattern.compile("(?m)^ +- alertname: (\\w+)$");
  private static final Pattern RUNBOOK =
      Pattern.compile("runbook_url: docs/operations\\.md#(\\S+)");

  @TempDir private static Path folder;
  private static Set<String> exposed = Set.of();

  /** Of a server alone, and of a node among others, after requests of all kinds. */
  @BeforeAll
  static void scrape() {
    Set<String> names = new TreeSet<>();
    try (TestServer server = TestServer.start()) {
      Api api = Api.of(server);
      api.created("/flows/F", "{}");
      api.get("/flows/F");
      api.get("/flows/G");
      names.addAll(Repository.found(EXPOSED, api.get("/metrics").body(), 1));
    }
    try (ChildProcess broker =
            ChildProcess.java(BrokerProcess.class, folder.resolve("broker").toString());
        TestServer nodes = TestServer.startNodes(broker.await(BROKER), "monitored.", 2)) {
      Api api = Api.of(nodes);
      api.created("/flows/F", "{}");
      names.addAll(Repository.found(EXPOSED, api.get("/metrics").body(), 1));
    }
    exposed = names;
  }

  private static Set<String> notTold(String expressions) {
    return Repository.found(NAME, expressions, 1).stream()
        .filter(name -> !OF_PROMETHEUS.contains(name))
        .filter(name -> !exposed.contains(name))
        .filter(
            name ->
                !OF_SOME.matcher(name).matches() || !Repository.documentedMetrics().contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String expressionsOfTheDashboard() throws Exception {
    JsonNode dashboard = new ObjectMapper().readTree(Repository.read(DASHBOARD));
    return StreamSupport.stream(dashboard.path("panels").spliterator(), false)
        .flatMap(panel -> StreamSupport.stream(panel.path("targets").spliterator(), false))
        .map(target -> target.path("expr").asText())
        .collect(Collectors.joining("\n"));
  }

  private static String expressionsOfTheRules() {
    // labels and texts name no metric
    return Pattern.compile("(?ms)^ +expr: (.*?)^ +(?:for|labels):")
        .matcher(Repository.read(RULES.resolve("rules.yaml")))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.joining("\n"));
  }

  // ---- rules ------------------------------------------------------------------------------------

  @Test
  void promtoolFindsNothingWrongWithTheRules() throws Exception {
    Tool promtool = Tool.of("promtool");
    promtool.run(folder, "check", "rules", RULES.resolve("rules.yaml").toString());
    promtool.run(folder, "check", "config", RULES.resolve("prometheus.yaml").toString());
    promtool.run(folder, "test", "rules", RULES.resolve("rules-test.yaml").toString());
  }

  @Test
  void everyRuleIsTestedAndHasARunbook() {
    String rules = Repository.read(RULES.resolve("rules.yaml"));
    Set<String> alerts = Repository.found(ALERT, rules, 1);
    assertThat(alerts).hasSizeGreaterThan(10);
    assertThat(Repository.found(TESTED, Repository.read(RULES.resolve("rules-test.yaml")), 1))
        .isEqualTo(alerts);
    assertThat(Repository.found(RUNBOOK, rules, 1)).hasSameSizeAs(alerts);
    assertThat(Repository.anchors("docs/operations.md"))
        .containsAll(Repository.found(RUNBOOK, rules, 1));
  }

  @Test
  void serversTellAllThatTheRulesAskFor() {
    assertThat(Repository.found(NAME, expressionsOfTheRules(), 1)).hasSizeGreaterThan(15);
    assertThat(notTold(expressionsOfTheRules())).isEmpty();
  }

  // ---- dashboard --------------------------------------------------------------------------------

  @Test
  void serversTellAllThatTheDashboardShows() throws Exception {
    assertThat(Repository.found(NAME, expressionsOfTheDashboard(), 1)).hasSizeGreaterThan(25);
    assertThat(notTold(expressionsOfTheDashboard())).isEmpty();
  }

  /** The variables of Grafana stand for what it puts in their place. */
  @Test
  void promtoolCanReadWhatTheDashboardAsks() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    int number = 0;
    for (String expression : expressionsOfTheDashboard().split("\n")) {
      String filled = expression.replace("$__rate_interval", "1m").replace("$", "");
      rules.append("  - record: panel").append(number++).append("\n    expr: '");
      rules.append(filled.replace("'", "''")).append("'\n");
    }
    Path file = folder.resolve("dashboard-rules.yaml");
    Files.writeString(file, rules);
    Tool.of("promtool").run(folder, "check", "rules", "--lint=none", file.toString());
  }
}
