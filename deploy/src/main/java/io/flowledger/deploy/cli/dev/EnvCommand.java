package io.flowledger.deploy.cli.dev;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.StandardOutput;
import io.flowledger.deploy.cli.Visible;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code flowledger env}: what a shell has to be told of the server of {@code flowledger dev}. */
@Command(
    name = "env",
    description = {
      "Prints what a shell has to be told so that Metaflow uses the server of 'flowledger dev'.",
      "Fails when none runs."
    },
    footer = {
      "",
      "Examples:",
      "  eval \"$(flowledger env)\"",
      "  flowledger env --shell fish | source",
      "  flowledger env --shell powershell | Out-String | Invoke-Expression"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class EnvCommand implements Callable<Integer> {

  private static final String SHELLS = "sh, bash, zsh, fish, powershell";

  private final Map<String, String> environment;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin private final HomeOption homes;

  @Option(
      names = "--shell",
      paramLabel = "sh|bash|zsh|fish|powershell",
      converter = ShellName.class,
      description = "The shell; that of SHELL by default.")
  private @Nullable Shell shell;

  public EnvCommand(Map<String, String> environment) {
    this.environment = environment;
    this.homes = new HomeOption(environment);
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    DevHome home = homes.home();
    Optional<String> url = home.running();
    if (url.isEmpty()) {
      err.printf(
          "flowledger: no server of %s is running; start one with 'flowledger dev'%n", home.root());
      return ExitCodes.FAILED;
    }
    Shell told = shell == null ? Shell.of(environment).orElseGet(() -> likeSh(err)) : shell;
    // Of what is not quoted, as in eval $(...), a shell makes one line.
    home.variables(url.get()).forEach((name, value) -> out.println(told.export(name, value) + ";"));
    return StandardOutput.end(out, err, ExitCodes.FINE);
  }

  /** A login shell that is none, as /sbin/nologin, is to be no hindrance to a script of sh. */
  private Shell likeSh(PrintWriter err) {
    err.printf(
        "flowledger: SHELL is %s, which is none of %s; this is for sh, --shell names another%n",
        Visible.all(environment.getOrDefault("SHELL", "")), SHELLS);
    return Shell.SH;
  }

  /** Shells by their own names. */
  static final class ShellName implements ITypeConverter<Shell> {

    @Override
    public Shell convert(String name) {
      return Shell.named(name)
          .orElseThrow(
              () -> new TypeConversionException("'%s' is none of %s".formatted(name, SHELLS)));
    }
  }
}
