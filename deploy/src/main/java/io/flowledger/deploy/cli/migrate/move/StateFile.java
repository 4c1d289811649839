package io.flowledger.deploy.cli.migrate.move;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Keeps how far a migration is, so that it goes on there after a cut. */
final class StateFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  StateFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /**
   * What was kept last.
   *
   * @throws CommandFailure when it cannot be read, or is of another migration
   */
  Optional<State> read(String source) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    State state;
    try {
      state = JSON.readValue(Files.readString(file), State.class);
    } catch (JsonProcessingException e) {
      throw CommandFailure.failed(file + " is no state of a migration; give another --state");
    } catch (IOException e) {
      throw CommandFailure.failed("cannot read %s: %s".formatted(file, Faults.why(e)));
    }
    if (!source.equals(state.source())) {
      throw CommandFailure.failed(
          "%s is the state of a migration of %s; give another --state"
              .formatted(file, state.source()));
    }
    return Optional.of(state);
  }

  /** Keeps it: after a crash this one or the one before is there. */
  void write(State state) {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(
          next,
          JSON.writeValueAsString(state) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC); // or a power cut may leave an empty one under the name
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw CommandFailure.failed("cannot write %s: %s".formatted(file, Faults.why(e)));
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
