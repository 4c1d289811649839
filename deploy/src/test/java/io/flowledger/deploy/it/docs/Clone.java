package io.flowledger.deploy.it.docs;

import io.flowledger.deploy.fixture.Launcher;
import io.flowledger.deploy.fixture.PythonEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a reader of the documents sits before: a clone, in which they call commands, with the jar
 * that is built; {@code flowledger} on the path; and a machine whose folders are below one of the
 * test's.
 */
final class Clone {

  private static final Path MODULE = PythonEnvironment.MODULE;
  private static final Path JAR = MODULE.resolve("target/flowledger.jar");
  private static final Set<String> NOT_COPIED = Set.of("src", "target", "pom.xml");

  /** Folders that are the machine's, where a path begins with them. */
  private static final Pattern OF_THE_MACHINE =
      Pattern.compile("(?<![\\w./~$@-])/(?=(etc|var|opt|backups|tmp)/)");

  private final Path machine;
  private final Path root;

  private Clone(Path machine) {
    this.machine = machine;
    this.root = machine.resolve("clone");
  }

  static Clone make(Path machine) throws IOException {
    Clone clone = new Clone(machine);
    Path launcher = Launcher.copy(Files.createDirectory(clone.root));
    Path deploy = Files.createDirectory(clone.root.resolve("deploy"));
    try (Stream<Path> folders = Files.list(MODULE)) {
      for (Path folder : folders.filter(Clone::isCopied).toList()) {
        copy(folder, deploy.resolve(folder.getFileName()));
      }
    }
    copy(MODULE.resolve("../docs"), clone.root.resolve("docs"));
    Path target = Files.createDirectory(deploy.resolve("target"));
    Files.createSymbolicLink(target.resolve("flowledger.jar"), JAR);
    // So the launcher believes that another one makes the archive of classes, and makes none.
    Files.createDirectory(target.resolve("flowledger.jsa.new"));
    Path path = Files.createDirectory(machine.resolve("bin"));
    Files.createSymbolicLink(path.resolve("flowledger"), launcher);
    Files.createSymbolicLink(
        path.resolve("flowledger-backup"), deploy.resolve("backup/flowledger-backup"));
    for (String folder : List.of("etc/flowledger", "var/lib", "backups", "tmp", "home")) {
      Files.createDirectories(machine.resolve(folder));
    }
    Files.writeString(machine.resolve("home/.curlrc"), "fail-with-body\n"); // errors over HTTP too
    return clone;
  }

  private static boolean isCopied(Path folder) {
    return Files.isDirectory(folder) && !NOT_COPIED.contains(folder.getFileName().toString());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  Path root() {
    return root;
  }

  /** A folder for nobody else. */
  Path folder(String name) throws IOException {
    return Files.createTempDirectory(machine, name);
  }

  /** A text of a document, with the folders of the machine where they are here. */
  String here(String text) {
    return OF_THE_MACHINE.matcher(text).replaceAll(Matcher.quoteReplacement(machine + "/"));
  }

  /** What commands find in their environment. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    String python = MODULE.resolve("target/examples-venv/bin").toString();
    environment.put(
        "PATH", String.join(":", machine.resolve("bin").toString(), python, System.getenv("PATH")));
    environment.put("HOME", machine.resolve("home").toString());
    environment.put("TZ", "UTC");
    environment.put("METAFLOW_USER", "tester");
    // Kafka complains where a machine is slow; that is not what documents are about.
    environment.put("FLOWLEDGER_KAFKA_LOG_LEVEL", "OFF");
    // What is soon over need not be compiled well.
    environment.put("FLOWLEDGER_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    return environment;
  }
}
