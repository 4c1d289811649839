package io.flowledger.deploy.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.PythonEnvironment.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The chart, rendered by Helm's engine with the values of {@code deploy/helm/ci}: every manifest is
 * read by the types of Kubernetes, which take no field that they do not know.
 */
class ChartIT {

  private static final Path CHART = Repository.ROOT.resolve("deploy/helm/flowledger");
  private static final Path VALUES = Repository.ROOT.resolve("deploy/helm/ci");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final PythonEnvironment HELM =
      new PythonEnvironment("THE CHART", "helm_python", "charts");

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "ConfigMap", ConfigMap.class,
          "HTTPRoute", HTTPRoute.class,
          "Ingress", Ingress.class,
          "NetworkPolicy", NetworkPolicy.class,
          "PodDisruptionBudget", PodDisruptionBudget.class,
          "Secret", Secret.class,
          "Service", Service.class,
          "ServiceAccount", ServiceAccount.class,
          "StatefulSet", StatefulSet.class);

  /** Kinds that others define, of which there are no types here. */
  private static final List<String> OTHERS = List.of("ServiceMonitor", "PrometheusRule");

  /** As the types are, without the map into which each puts what it does not know. */
  private static final YAMLMapper STRICT =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(MapperConfig<?> config, Annotated member) {
                  return false;
                }
              })
          .build();

  @TempDir private static Path folder;

  private record Made(List<String> kinds, List<Object> objects) {
    <T> T only(Class<T> type) {
      return type.cast(objects.stream().filter(type::isInstance).findFirst().orElseThrow());
    }

    PodSpec pod() {
      return only(StatefulSet.class).getSpec().getTemplate().getSpec();
    }

    Container container() {
      return pod().getContainers().get(0);
    }
  }

  @BeforeAll
  static void render() throws Exception {
    HELM.install(folder);
    write("typo.yaml", "access: {insecure: true}\nreplica: 3\n");
    write("nobody.yaml", "{}");
    write("both.yaml", "access: {insecure: true, existingSecret: keys}\n");
    write("alone.yaml", "access: {insecure: true}\nreplicas: 3\n");
    write(
        "secretless.yaml",
        "access: {insecure: true}\nreplicas: 3\nkafka: {bootstrapServers: 'k:9092'}\n");
    write("tls.yaml", "access: {insecure: true}\ntls: {enabled: true}\n");
    List<String> arguments = new ArrayList<>(List.of(CHART.toString(), folder.toString()));
    try (Stream<Path> values = Stream.concat(Files.list(VALUES), Files.list(folder))) {
      values
          .filter(file -> file.toString().endsWith(".yaml"))
          .map(Path::toString)
          .forEach(arguments::add);
    }
    Finished rendered =
        HELM.run(folder, LIMIT, Map.of(), "render.py", arguments.toArray(new String[0]));
    assertThat(rendered.successful()).withFailMessage(rendered::output).isTrue();
  }

  private static void write(String name, String values) throws IOException {
    Files.writeString(folder.resolve(name), values);
  }

  private static Made made(String values) {
    List<String> kinds = new ArrayList<>();
    List<Object> objects = new ArrayList<>();
    for (String document : Repository.read(folder.resolve(values)).split("(?m)^---\\s*$")) {
      JsonNode tree = STRICT.readTree(document);
      if (!tree.isObject()) {
        continue; // a template that makes nothing of these values
      }
      String kind = tree.get("kind").asString();
      kinds.add(kind);
      if (!OTHERS.contains(kind)) {
        assertThat(KINDS).as(document).containsKey(kind);
        objects.add(STRICT.readValue(document, KINDS.get(kind)));
      }
    }
    return new Made(kinds.stream().sorted().toList(), objects);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ':',
      value = {
        "trial.yaml: Service Service ServiceAccount StatefulSet",
        "single.yaml: ConfigMap Ingress Service Service ServiceAccount StatefulSet",
        "cluster.yaml: ConfigMap ConfigMap HTTPRoute NetworkPolicy PodDisruptionBudget"
            + " PrometheusRule Secret Service Service ServiceAccount ServiceMonitor StatefulSet"
      })
  void manifestsAreOfTypesThatKubernetesKnows(String values, String kinds) {
    assertThat(String.join(" ", made(values).kinds())).isEqualTo(kinds);
  }

  @Test
  void fieldsThatKubernetesDoesNotKnowAreSeen() {
    assertThatThrownBy(() -> STRICT.readValue("spec: {prots: []}", Service.class))
        .hasMessageContaining("prots");
  }

  @ParameterizedTest
  @ValueSource(strings = {"trial.yaml", "single.yaml", "cluster.yaml"})
  void podsHaveNoRightsThatTheyDoNotNeed(String values) {
    Made made = made(values);
    assertThat(made.pod().getAutomountServiceAccountToken()).isFalse();
    assertThat(made.pod().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(made.container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(made.container().getSecurityContext().getCapabilities().getDrop())
        .containsExactly("ALL");
    assertThat(made.container().getVolumeMounts().stream().map(VolumeMount::getMountPath))
        .contains("/data", "/tmp");
  }

  /** A Service of that name would set FLOWLEDGER_PORT to tcp://..., which stops the start. */
  @ParameterizedTest
  @ValueSource(strings = {"trial.yaml", "single.yaml", "cluster.yaml"})
  void variablesAreSettingsAndNothingElse(String values) {
    Made made = made(values);
    assertThat(made.pod().getEnableServiceLinks()).isFalse();
    List<String> names = made.container().getEnv().stream().map(EnvVar::getName).toList();
    assertThat(names).doesNotHaveDuplicates();
    assertThat(Repository.settings())
        .containsAll(names.stream().filter(name -> name.startsWith("FLOWLEDGER_")).toList());
  }

  @Test
  void largeNumbersOfTheConfigurationStayWhole() {
    assertThat(made("single.yaml").only(ConfigMap.class).getData())
        .containsEntry(
            "flowledger.properties",
            """
            max-body = 33554432
            min-free-disk = 1073741824
            request-deadline = 60000
            """);
  }

  @Test
  void everyNodeAdvertisesItsOwnAddress() {
    assertThat(made("cluster.yaml").container().getEnv())
        .anySatisfy(
            variable -> {
              assertThat(variable.getName()).isEqualTo("FLOWLEDGER_ADVERTISED_URL");
              assertThat(variable.getValue()).isEqualTo("http://$(POD_IP):8081");
            });
  }

  @Test
  void rulesAndDashboardAreThoseOfTheRepository() {
    String rendered = Repository.read(folder.resolve("cluster.yaml"));
    assertThat(rendered.replaceAll("(?m)^ +", ""))
        .contains(Repository.read("deploy/prometheus/rules.yaml").replaceAll("(?m)^ +", ""))
        .contains(
            Repository.read("deploy/grafana/flowledger.json").strip().replaceAll("(?m)^ +", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ':',
      value = {
        "typo.yaml: replica",
        "nobody.yaml: who is let in?",
        "both.yaml: access.insecure lets in everybody",
        "alone.yaml: set kafka.bootstrapServers, or replicas to 1",
        "secretless.yaml: set cluster.existingSecret or cluster.secret",
        "tls.yaml: tls.enabled needs tls.existingSecret"
      })
  void valuesThatCannotBeAreRefusedWithTheReason(String values, String reason) {
    assertThat(Repository.read(folder.resolve(values + ".refused"))).contains(reason);
  }
}
