package io.flowledger.bench.cluster.process;

import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.deploy.server.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command that starts a node, with the options of the launcher. */
final class NodeCommand {

  private final Cluster.Size size;
  private final Path secret;
  private final List<String> serverOptions;
  private final String help;

  NodeCommand(Cluster.Size size, Path secret, List<String> serverOptions) {
    this.size = size;
    this.secret = secret;
    this.serverOptions = serverOptions;
    this.help = help();
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What the launcher adds to it. */
  static Map<String, String> environment() {
    return ServerProcess.launcherEnvironment(Bench.root());
  }

  private static String help() {
    try {
      Process process =
          new ProcessBuilder(
                  java(),
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  Bench.program().toString(),
                  "serve",
                  "--help")
              .redirectErrorStream(true)
              .start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchException("cannot run the program: " + e, e);
    }
  }

  boolean hasInternalPort() {
    return help.contains("--internal-port");
  }

  List<String> line(String host, int port, Path data, String bootstrap) {
    List<String> line = new ArrayList<>();
    line.add(java());
    line.addAll(ServerProcess.launcherOptions(Bench.root(), size.heap()));
    Path archive = Bench.root().resolve("deploy/target/flowledger.jsa");
    if (Files.exists(archive)) {
      line.add("-XX:SharedArchiveFile=" + archive);
      line.addAll(List.of("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
    }
    line.addAll(List.of("-jar", Bench.program().toString(), "serve"));
    line.addAll(List.of("--kafka", bootstrap, "--data", data.toString()));
    line.addAll(List.of("--host", host, "--port", Integer.toString(port)));
    line.addAll(List.of("--partitions", Integer.toString(size.partitions())));
    line.addAll(List.of("--replication", Integer.toString(Math.min(3, size.brokers()))));
    if (hasInternalPort()) {
      int internal = Ports.free();
      line.addAll(List.of("--internal-port", Integer.toString(internal)));
      line.addAll(List.of("--advertised-url", "http://" + host + ":" + internal));
      line.addAll(List.of("--cluster-secret-file", secret.toString()));
    }
    line.addAll(serverOptions);
    return line;
  }
}
