package io.flowledger.deploy.it.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A terminal: what a command exports is there for the next one. */
final class Shell implements AutoCloseable {

  private static final long LIMIT_SECONDS = 60;

  private final Path script;
  private final Path out;
  private final Path err;
  private final Process process;
  private final Writer input;
  private final BufferedReader statuses;

  /**
   * @param folder where commands are run
   * @param scratch where what they are and what they print is kept
   * @param environment beside what is inherited
   */
  Shell(Path folder, Path scratch, Map<String, String> environment) throws IOException {
    this.script = scratch.resolve("command.sh");
    this.out = scratch.resolve("out.txt");
    this.err = scratch.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "--noprofile", "--norc")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    this.process = builder.start();
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.statuses =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    run("set -o pipefail");
  }

  /** How a command ended, and what it has printed. */
  record Ended(int status, String out, String err) {}

  Ended run(String command) throws IOException {
    Files.writeString(script, command + "\n");
    input.write(". '%s' >'%s' 2>'%s' </dev/null; echo \"$?\"\n".formatted(script, out, err));
    input.flush();
    String status = nextStatus(command);
    return new Ended(Integer.parseInt(status), Files.readString(out), Files.readString(err));
  }

  private String nextStatus(String command) throws IOException {
    try {
      return CompletableFuture.supplyAsync(this::readStatus)
          .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
          .join()
          .orElseThrow(() -> new AssertionError(command + " has ended the shell"));
    } catch (CompletionException e) {
      close();
      throw new AssertionError(command + " does not end: " + Files.readString(err), e);
    }
  }

  private Optional<String> readStatus() {
    try {
      return Optional.ofNullable(statuses.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
