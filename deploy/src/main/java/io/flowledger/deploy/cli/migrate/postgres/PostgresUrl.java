package io.flowledger.deploy.cli.migrate.postgres;

import io.flowledger.deploy.cli.CommandFailure;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a database is, as JDBC writes it ({@code jdbc:postgresql://host/db?user=u}) or as libpq
 * does ({@code postgresql://user:password@host/db}).
 *
 * @param jdbc without user, password and settings
 * @param settings of the connection, with the password: never shown
 */
public record PostgresUrl(String jdbc, Properties settings) {

  private static final String JDBC = "jdbc:";
  private static final String PASSWORD = "password";
  private static final String HOST = "(?:[\\w.-]+|\\[[\\w.:%]+])(?::\\d{1,5})?";

  /** With a slash or @ in it, it may be the end of a password that is not escaped. */
  private static final Pattern DATABASE = Pattern.compile("/[^/@]+");

  private static final int ANY_PORT = 5432;

  /**
   * One, or several of which the first one is taken that answers, behind a user. A URI finds none
   * where a name has an underscore, as those of containers do, or where there are several.
   */
  private static final Pattern HOSTS = Pattern.compile("(?:[^@]*@)?" + HOST + "(?:," + HOST + ")*");

  /** Names of libpq for what the driver calls otherwise. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "connect_timeout", "connectTimeout",
          "application_name", "ApplicationName",
          "passfile", "pgpassfile",
          "dbname", "PGDBNAME");

  /**
   * Reads it.
   *
   * @param environment for {@code PGPASSWORD} and {@code PGUSER}
   * @throws CommandFailure when it is none; what it says has no password in it
   */
  public static PostgresUrl parse(String text, Map<String, String> environment) {
    URI uri = uri(text.startsWith(JDBC) ? text.substring(JDBC.length()) : text);
    Properties settings = new Properties();
    parameters(uri.getRawQuery(), settings);
    String authority = uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      String[] user = authority.substring(0, at).split(":", 2);
      settings.setProperty("user", decoded(user[0]));
      if (user.length > 1) {
        settings.setProperty(PASSWORD, decoded(user[1]));
      }
    }
    set(settings, "user", environment, "PGUSER");
    set(settings, PASSWORD, environment, "PGPASSWORD");
    set(settings, "sslmode", environment, "PGSSLMODE");
    set(settings, "sslrootcert", environment, "PGSSLROOTCERT");
    settings.putIfAbsent("ApplicationName", "flowledger-migrate");
    settings.putIfAbsent("tcpKeepAlive", "true");
    settings.setProperty("readOnly", "true");
    String hosts =
        Stream.of(authority.substring(at + 1).split(","))
            .map(PostgresUrl::withPort)
            .collect(Collectors.joining(","));
    String database = uri.getRawPath().substring(1);
    return new PostgresUrl("jdbc:postgresql://%s/%s".formatted(hosts, database), settings);
  }

  private static String withPort(String host) {
    return host.lastIndexOf(':') > host.lastIndexOf(']') ? host : host + ":" + ANY_PORT;
  }

  private static URI uri(String text) {
    Optional<URI> uri = Optional.empty();
    try {
      uri = Optional.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      // told below, without what it says: there may be a password in it
    }
    return uri.filter(PostgresUrl::isOfADatabase)
        .orElseThrow(
            () ->
                CommandFailure.misused(
                    "--postgres is no URL of a database such as"
                        + " postgresql://user@host:5432/metaflow"));
  }

  private static boolean isOfADatabase(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    return (scheme.equals("postgresql") || scheme.equals("postgres"))
        && uri.getRawAuthority() != null
        && HOSTS.matcher(uri.getRawAuthority()).matches()
        && uri.getRawPath() != null
        && DATABASE.matcher(uri.getRawPath()).matches();
  }

  private static void parameters(String query, Properties settings) {
    if (query == null) {
      return;
    }
    for (String parameter : query.split("&")) {
      String[] both = parameter.split("=", 2);
      if (both.length == 2) {
        String name = decoded(both[0]);
        settings.setProperty(OTHER_NAMES.getOrDefault(name, name), decoded(both[1]));
      }
    }
  }

  private static void set(
      Properties settings, String name, Map<String, String> environment, String variable) {
    String value = environment.getOrDefault(variable, "");
    if (!value.isEmpty()) {
      settings.putIfAbsent(name, value);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Without the settings: they may be secrets. */
  @Override
  public String toString() {
    return jdbc;
  }
}
