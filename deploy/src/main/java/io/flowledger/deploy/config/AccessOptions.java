package io.flowledger.deploy.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may use the server, as options. */
public final class AccessOptions {

  @Option(
      names = "--keys",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description =
          "Let in those only who have a key of this file, which 'flowledger keys' writes. Changes"
              + " of it count at once.")
  private @Nullable Path keys;

  /** What they say. */
  public AccessConfig config() {
    return new AccessConfig(Optional.ofNullable(keys).map(Path::toAbsolutePath));
  }
}
