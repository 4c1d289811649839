package io.flowledger.deploy.config;

import io.flowledger.http.access.Grants;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who may use the server, as options. */
public final class AccessOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--keys",
      order = HelpSection.ACCESS,
      paramLabel = "FILE",
      description =
          "Let in those only who are in this file, which 'flowledger keys' writes: by a key or a"
              + " password, or since somebody vouches for them. Changes of it count at once.")
  private @Nullable Path keys;

  @Mixin private final TokenOptions tokens = new TokenOptions();

  @Option(
      names = "--proxy-user-header",
      order = HelpSection.ACCESS,
      paramLabel = "NAME",
      description =
          "Header in which a proxy says whose a request is, for example X-Forwarded-User; of"
              + " proxies only that --trusted-proxy names.")
  private @Nullable String proxyUserHeader;

  @Option(
      names = "--default-role",
      order = HelpSection.ACCESS,
      paramLabel = "ROLES",
      description =
          "What those may do who are vouched for by a token, a certificate or a proxy, and are not"
              + " in --keys: reader, writer, admin, or such as writer:Train*,reader; nothing by"
              + " default.")
  private @Nullable String defaultRole;

  @Option(
      names = "--insecure",
      order = HelpSection.ACCESS,
      description = "Serve on an address that others reach although nobody is asked who they are.")
  private boolean insecure;

  /**
   * What they say.
   *
   * @param host that is listened on
   * @param certificates whether clients are asked for certificates
   * @throws ParameterException when they cannot be, or would let in everybody without saying so
   */
  public AccessConfig config(String host, boolean certificates) {
    AccessConfig access =
        new AccessConfig(
            Optional.ofNullable(keys).map(Path::toAbsolutePath),
            tokens.rules(),
            Optional.ofNullable(proxyUserHeader),
            certificates,
            grants(),
            insecure);
    OptionRules.check(
        command,
        access.asks() || insecure || isLoopback(host),
        ("--host %s lets in everybody who reaches it: give it --keys FILE, which 'flowledger keys"
                + " create' makes (or another way to know people, see the section on access), or"
                + " --insecure if that is what you want")
            .formatted(host));
    if (access.isOpen() && !isLoopback(host)) {
      refuseMistyped();
    }
    return access;
  }

  /** One of them may be what was to say who gets in. */
  private void refuseMistyped() {
    List<String> unknown = SettingSources.of(command.commandLine()).unknownVariables(command);
    OptionRules.check(
        command,
        unknown.isEmpty(),
        ("there is no option for the environment variable %s; if it was to say who may use this"
                + " server, --insecure would let in everybody: remove it, or --insecure"
                + " (FLOWLEDGER_INSECURE)")
            .formatted(String.join(", ", unknown)));
  }

  private Grants grants() {
    try {
      return Grants.parse(defaultRole == null ? "" : defaultRole);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--default-role: " + e.getMessage(), e);
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return true; // nothing can be listened on there, and it is told then
    }
  }
}
