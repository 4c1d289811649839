package io.flowledger.deploy.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.PythonEnvironment.Finished;
import io.flowledger.deploy.fixture.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image, built by Buildah from the Dockerfile of users and the jar that is there, and started
 * as they start it. The images that it is made from cannot be had everywhere, so others stand in
 * for them, and the JDK is that of the tests.
 */
class ImageIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Of 250 MB, without the 79 MB of {@code debian:trixie-slim}. */
  private static final long LARGEST = 171_000_000;

  private static final int USER = 10001;
  private static final String IMAGE = "localhost/flowledger";

  @TempDir private static Path folder;
  private static List<String> buildah = List.of();
  private static String container = "";
  private static Path mounted = Path.of("");

  @BeforeAll
  static void build() throws Exception {
    Tool tool = Tool.of("buildah");
    Tool.of("busybox");
    buildah =
        tool.command(
            "--storage-driver=vfs",
            "--root=" + Files.createDirectories(folder.resolve("storage")),
            "--runroot=" + Files.createDirectories(folder.resolve("run")));
    List<String> standIn = new ArrayList<>(List.of("localhost/stand-in"));
    standIn.addAll(buildah);
    String script = Repository.MODULE.resolve("src/test/image/stand-in").toString();
    String bash = Tool.of("bash").program().toString();
    run(Stream.concat(Stream.of(bash, script), standIn.stream()).toList());

    Path jdk = Path.of(System.getProperty("java.home"));
    Path with = folder.resolve("with-jdk");
    Files.writeString(
        with,
        "FROM localhost/stand-in\nENV JAVA_HOME=%s PATH=%s/bin:/usr/bin:/bin\n"
            .formatted(jdk, jdk));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    buildah("bud", "--isolation=chroot", "-t", "localhost/jdk", "-f", with.toString(), "" + empty);

    List<String> bud = new ArrayList<>(List.of("bud", "--isolation=chroot", "--pull-never"));
    for (Path needed : List.of(jdk, Path.of("/etc/ssl/certs"), Path.of("/etc", jdkSettings(jdk)))) {
      if (Files.exists(needed)) {
        bud.addAll(List.of("-v", needed + ":" + needed + ":ro"));
      }
    }
    bud.addAll(List.of("-f", "deploy/docker/Dockerfile"));
    bud.addAll(List.of("--ignorefile", "deploy/docker/Dockerfile.dockerignore"));
    bud.addAll(List.of("--build-arg", "BUILD_IMAGE=localhost/jdk"));
    bud.addAll(List.of("--build-arg", "BASE_IMAGE=localhost/stand-in"));
    bud.addAll(List.of("--build-arg", "JAR=deploy/target/flowledger.jar"));
    String compress = Runtime.version().feature() < 21 ? "2" : "zip-6";
    bud.addAll(List.of("--build-arg", "JLINK_COMPRESS=" + compress));
    bud.addAll(List.of("-t", IMAGE, Repository.ROOT.toString()));
    buildah(bud.toArray(new String[0]));
    container = buildah("from", "--pull-never", IMAGE).strip();
    mounted = Path.of(buildah("mount", container).strip());
  }

  /** Debian has files of a JDK there, which its folder has links to. */
  private static String jdkSettings(Path jdk) {
    return jdk.getFileName().toString().replaceAll("java-(\\d+)-.*", "java-$1-openjdk");
  }

  @AfterAll
  static void remove() throws Exception {
    if (!container.isEmpty()) {
      buildah("umount", container);
      buildah("rm", container);
    }
  }

  private static String buildah(String... arguments) throws Exception {
    return run(Stream.concat(buildah.stream(), Stream.of(arguments)).toList());
  }

  private static String run(List<String> command) throws Exception {
    Finished finished = attempt(command);
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    return finished.output();
  }

  private static Finished attempt(List<String> command) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(Repository.ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    end(process);
    return new Finished(ended && process.exitValue() == 0, Files.readString(output));
  }

  private static void end(Process process) throws InterruptedException {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly().waitFor();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private static List<String> inContainer(Map<String, String> environment, String... command) {
    List<String> line = new ArrayList<>(buildah);
    line.addAll(List.of("run", "--isolation=chroot"));
    environment.forEach((name, value) -> line.addAll(List.of("-e", name + "=" + value)));
    line.addAll(List.of("-v", folder.resolve("data") + ":/data"));
    line.addAll(List.of("-v", folder.resolve("tmp") + ":/tmp"));
    line.addAll(List.of(container, "--"));
    line.addAll(List.of(command));
    return line;
  }

  // ---- what is in it ----------------------------------------------------------------------------

  @Test
  void itIsSmall() throws Exception {
    long bytes = 0;
    for (String part : List.of("opt", "usr/java", "data")) {
      try (Stream<Path> files = Files.walk(mounted.resolve(part))) {
        bytes += files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      }
    }
    assertThat(bytes).isBetween(50_000_000L, LARGEST);
  }

  @Test
  void itHasTheLibrariesOfOnePlatform() throws Exception {
    try (Stream<Path> libraries = Files.list(mounted.resolve("usr/java/packages/lib"))) {
      assertThat(
              libraries
                  .map(file -> file.getFileName().toString().replaceAll("-[\\d.-]+so$", ".so"))
                  .sorted())
          .containsExactly(
              "liblz4-java.so", "librocksdbjni.so", "libsnappyjava.so", "libzstd-jni.so");
    }
    String jar = mounted.resolve("opt/flowledger/deploy/target/flowledger.jar").toString();
    try (java.util.zip.ZipFile program = new java.util.zip.ZipFile(jar)) {
      assertThat(
              program.stream()
                  .map(java.util.zip.ZipEntry::getName)
                  .filter(name -> name.matches(".*\\.(so|dll|jnilib|dylib|a)")))
          .isEmpty();
    }
  }

  @Test
  void itIsOfAUserWithoutRights() throws Exception {
    String told = buildah("inspect", "--format", "{{.OCIv1.Config}}", IMAGE);
    assertThat(told)
        .contains("10001:10001", "FLOWLEDGER_DATA=/data", "/data:{}", "8080/tcp:{}")
        .contains("org.opencontainers.image.licenses:Apache-2.0");
    try (Stream<Path> program = Files.walk(mounted.resolve("opt"))) {
      assertThat(program.filter(file -> mayWrite(file))).isEmpty();
    }
    assertThat(Files.getAttribute(mounted.resolve("data"), "unix:uid")).isEqualTo(USER);
  }

  private static boolean mayWrite(Path file) {
    try {
      int mode =
          (int) Files.getAttribute(file, "unix:mode", java.nio.file.LinkOption.NOFOLLOW_LINKS);
      return !Files.isSymbolicLink(file) && (mode & 0022) != 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- what it does -----------------------------------------------------------------------------

  /**
   * Nothing but the two volumes can be written to, as with a root file system that is read only.
   */
  @Test
  void itServes() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    for (Path volume : List.of(data, temporary)) {
      Files.setAttribute(volume, "unix:uid", USER);
    }
    String port = freePort();
    Map<String, String> environment =
        Map.of("FLOWLEDGER_HOST", "127.0.0.1", "FLOWLEDGER_PORT", port);
    List<String> health = inContainer(environment, "/opt/flowledger/healthcheck");
    assertThat(attempt(health).successful()).isFalse();

    Path log = folder.resolve("server.txt");
    Process server =
        new ProcessBuilder(inContainer(environment, "/opt/flowledger/flowledger", "serve"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      await()
          .atMost(LIMIT)
          .failFast(
              () -> {
                assertThat(server.isAlive()).withFailMessage(() -> Repository.read(log)).isTrue();
              })
          .until(() -> attempt(health).successful());
      Api api = new Api("http://127.0.0.1:" + port);
      assertThat(api.get("/ping").body()).isEqualTo("pong");
      api.created("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      assertThat(api.get("/flows/F/runs/1").status()).isEqualTo(200);
      assertThat(Files.getAttribute(data.resolve("kafka"), "unix:uid")).isEqualTo(USER);
      try (Stream<Path> unpacked = Files.walk(temporary)) {
        assertThat(unpacked.filter(file -> file.toString().contains(".so"))).isEmpty();
      }
    } finally {
      end(server);
    }
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }
}
