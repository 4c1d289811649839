package io.flowledger.deploy.config;

import io.flowledger.http.HttpConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A node among others, as options. They are of nodes on a Kafka cluster only. */
public final class ClusterOptions {

  private static final int MOST_REPLICAS = 10;
  private static final Pattern URL =
      Pattern.compile("(?:https?://)?([^/\\s:\\[\\]]+|\\[[0-9a-fA-F:]+]):([0-9]{1,5})/?");

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--internal-port",
      order = HelpSection.PLACE,
      paramLabel = "PORT",
      description =
          "With --kafka: port that the other nodes of the cluster call, 8081 by default; 0 for any.")
  private @Nullable Integer internalPort;

  @Option(
      names = "--advertised-url",
      order = HelpSection.PLACE,
      paramLabel = "URL",
      description =
          "With --kafka: where the other nodes reach the internal port, as in"
              + " http://10.0.0.5:8081; by default the name of this machine, or 127.0.0.1 without"
              + " a secret.")
  private @Nullable String advertisedUrl;

  @Option(
      names = "--cluster-secret-file",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description =
          "With --kafka: file of the secret that all nodes share. Without it, the internal port"
              + " listens on 127.0.0.1 only.")
  private @Nullable Path secretFile;

  @Option(
      names = "--cluster-ca",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description =
          "With --kafka and TLS: nodes call each other by TLS too, and this PEM file has the"
              + " authorities that their certificates are of.")
  private @Nullable Path authorities;

  @Option(
      names = "--standby-replicas",
      order = HelpSection.LOG,
      paramLabel = "N",
      description =
          "With --kafka: how many other nodes keep each view up to date, to take over; 1 by"
              + " default.")
  private @Nullable Integer standbyReplicas;

  @Option(
      names = "--zone",
      order = HelpSection.LOG,
      paramLabel = "NAME",
      description = "With --kafka: where this node is; standby views are kept in other zones.")
  private @Nullable String zone;

  /**
   * @param http whose port is another one
   * @throws ParameterException when they cannot be
   */
  public ClusterConfig config(KafkaConfig kafka, HttpConfig http) {
    boolean embedded = kafka instanceof KafkaConfig.Embedded;
    refuse(embedded && internalPort != null, "--internal-port");
    refuse(embedded && advertisedUrl != null, "--advertised-url");
    refuse(embedded && secretFile != null, "--cluster-secret-file");
    refuse(embedded && authorities != null, "--cluster-ca");
    refuse(embedded && standbyReplicas != null, "--standby-replicas");
    refuse(embedded && zone != null, "--zone");
    int port = internalPort == null ? ClusterConfig.INTERNAL_PORT : internalPort;
    int replicas = standbyReplicas == null ? 1 : standbyReplicas;
    OptionRules.range(command, "--internal-port", port, 0, OptionRules.LARGEST_PORT);
    OptionRules.range(command, "--standby-replicas", replicas, 0, MOST_REPLICAS);
    OptionRules.check(
        command,
        embedded || port == 0 || port != http.port(),
        "--port and --internal-port are both %d: each needs one of its own".formatted(port));
    OptionRules.check(
        command,
        secretFile == null || Files.isReadable(secretFile) && !Files.isDirectory(secretFile),
        "--cluster-secret-file is %s, which is no file that can be read".formatted(secretFile));
    return new ClusterConfig(
        port,
        Optional.ofNullable(advertisedUrl).map(this::hostAndPort),
        Optional.ofNullable(secretFile),
        replicas,
        zone == null ? "" : zone,
        Optional.ofNullable(authorities));
  }

  private void refuse(boolean both, String option) {
    OptionRules.contradiction(command, both, option, "the embedded Kafka");
  }

  private String hostAndPort(String url) {
    var parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new ParameterException(
          command.commandLine(),
          "--advertised-url must be like http://HOST:PORT, not '%s'".formatted(url));
    }
    OptionRules.range(
        command,
        "the port of --advertised-url",
        Long.parseLong(parts.group(2)),
        1,
        OptionRules.LARGEST_PORT);
    return parts.group(1) + ":" + parts.group(2);
  }
}
