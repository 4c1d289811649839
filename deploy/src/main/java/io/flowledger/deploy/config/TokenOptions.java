package io.flowledger.deploy.config;

import io.flowledger.deploy.access.TokenRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which tokens the server takes, as options. */
final class TokenOptions {

  private static final String KEYS = "--token-keys";
  private static final String ISSUER = "--token-issuer";
  private static final String ANY = "any";
  private static final int MOST_SKEW_SECONDS = 600;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = KEYS,
      order = HelpSection.ACCESS,
      paramLabel = "URL|FILE",
      description =
          "Let in those too who have a JSON Web Token signed by one of these keys: a JSON Web Key"
              + " Set, or public keys in PEM.")
  private @Nullable String keys;

  @Option(
      names = ISSUER,
      order = HelpSection.ACCESS,
      paramLabel = "TEXT",
      description = "Who has to have issued them, as their claim iss says it.")
  private @Nullable String issuer;

  @Option(
      names = "--token-audience",
      order = HelpSection.ACCESS,
      paramLabel = "TEXT[,TEXT]",
      split = ",",
      description =
          "Whom they have to be for, one of these in their claim aud; any, where the issuer issues"
              + " them for nobody else.")
  private List<String> audiences = List.of();

  @Option(
      names = "--token-algorithms",
      order = HelpSection.ACCESS,
      paramLabel = "NAME[,NAME]",
      split = ",",
      defaultValue = "RS256,ES256",
      description = "How they may be signed.")
  private List<String> algorithms = List.of();

  @Option(
      names = "--token-name-claim",
      order = HelpSection.ACCESS,
      paramLabel = "NAME",
      defaultValue = "sub",
      description = "Claim that says who it is, which history tells; for example email.")
  private String nameClaim = "";

  @Option(
      names = "--token-roles-claim",
      order = HelpSection.ACCESS,
      paramLabel = "NAME",
      defaultValue = "roles",
      description =
          "Claim with roles, of which reader, writer, admin and such as writer:Train* count; a dot"
              + " goes into it, as in realm_access.roles.")
  private String rolesClaim = "";

  @Option(
      names = "--token-skew",
      order = HelpSection.ACCESS,
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How far the clock of the issuer may be off.")
  private int skew;

  /**
   * @throws ParameterException when they cannot be
   */
  Optional<TokenRules> rules() {
    OptionRules.range(command, "--token-skew", skew, 0, MOST_SKEW_SECONDS);
    OptionRules.check(
        command,
        keys != null || (issuer == null && audiences.isEmpty()),
        "tokens need " + KEYS + ", which they are signed with");
    if (keys == null) {
      return Optional.empty();
    }
    OptionRules.check(command, issuer != null, KEYS + " needs " + ISSUER);
    OptionRules.check(
        command,
        !audiences.isEmpty(),
        KEYS
            + " needs --token-audience: tokens that the issuer has made for other programs are not"
            + " for this one");
    return Optional.of(
        new TokenRules(
            keys,
            String.valueOf(issuer),
            audiences.equals(List.of(ANY)) ? Set.of() : Set.copyOf(audiences),
            List.copyOf(algorithms),
            nameClaim,
            rolesClaim,
            Duration.ofSeconds(skew)));
  }
}
