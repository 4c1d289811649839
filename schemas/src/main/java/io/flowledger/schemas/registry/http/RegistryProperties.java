package io.flowledger.schemas.registry.http;

import io.flowledger.schemas.registry.SubjectNameStrategy;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Credentials;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Retries;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Use;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;

/** The properties of Confluent's clients, by their names, read one after the other. */
record RegistryProperties(Map<String, String> values) {

  private static final String URL = "schema.registry.url";
  private static final String AUTO_REGISTER = "auto.register.schemas";
  private static final String USE_LATEST = "use.latest.version";
  private static final String SUBJECTS = "value.subject.name.strategy";
  private static final String BASIC_SOURCE = "basic.auth.credentials.source";
  private static final String BASIC_USER_INFO = "basic.auth.user.info";
  private static final String BEARER_SOURCE = "bearer.auth.credentials.source";
  private static final String BEARER_TOKEN = "bearer.auth.token";
  private static final String MAX_RETRIES = "max.retries";
  private static final String RETRIES_WAIT = "retries.wait.ms";
  private static final String RETRIES_MAX_WAIT = "retries.max.wait.ms";
  private static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
  private static final String READ_TIMEOUT = "http.read.timeout.ms";
  private static final String UNKNOWN_FOR = "missing.id.cache.ttl.sec";

  private static final Set<String> KNOWN =
      Set.of(
          URL,
          AUTO_REGISTER,
          USE_LATEST,
          SUBJECTS,
          BASIC_SOURCE,
          BASIC_USER_INFO,
          BEARER_SOURCE,
          BEARER_TOKEN,
          MAX_RETRIES,
          RETRIES_WAIT,
          RETRIES_MAX_WAIT,
          CONNECT_TIMEOUT,
          READ_TIMEOUT,
          UNKNOWN_FOR);

  /** What some of Confluent's clients want before names. */
  private static final String NAMESPACE = "schema.registry.";

  private static final String SSL = "ssl.";
  private static final int LEAST_MS = 1;

  static HttpSchemaRegistryConfig config(Map<String, String> properties) {
    RegistryProperties read = new RegistryProperties(properties);
    List<URI> urls = read.urls();
    boolean latest = read.flag(USE_LATEST, false);
    boolean register = read.flag(AUTO_REGISTER, true);
    return new HttpSchemaRegistryConfig(
        urls.stream().map(RegistryProperties::withoutUserInfo).toList(),
        read.credentials(urls),
        read.ssl(),
        latest ? Use.LATEST : register ? Use.REGISTER : Use.LOOK_UP,
        read.subjects(),
        new Retries(
            Math.toIntExact(read.number(MAX_RETRIES, 3, 0, 1000)),
            Duration.ofMillis(read.number(RETRIES_WAIT, 1000, LEAST_MS, Integer.MAX_VALUE)),
            Duration.ofMillis(read.number(RETRIES_MAX_WAIT, 20_000, LEAST_MS, Integer.MAX_VALUE)),
            Duration.ofMillis(read.number(CONNECT_TIMEOUT, 5_000, LEAST_MS, Integer.MAX_VALUE)),
            Duration.ofMillis(read.number(READ_TIMEOUT, 10_000, LEAST_MS, Integer.MAX_VALUE))),
        Duration.ofSeconds(read.number(UNKNOWN_FOR, 5, 0, Integer.MAX_VALUE)));
  }

  static Set<String> unknown(Set<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeIf(
        name -> {
          String bare = bare(name);
          return KNOWN.contains(name)
              || KNOWN.contains(bare)
              || (name.startsWith(NAMESPACE) && SslConfigNames.CLIENT.contains(bare));
        });
    return unknown;
  }

  private static String bare(String name) {
    return name.startsWith(NAMESPACE) ? name.substring(NAMESPACE.length()) : name;
  }

  private static URI withoutUserInfo(URI url) {
    try {
      String path = url.getPath() == null ? "" : url.getPath().replaceFirst("/+$", "");
      return new URI(url.getScheme(), null, url.getHost(), url.getPort(), path, null, null);
    } catch (URISyntaxException impossible) {
      throw new IllegalArgumentException(URL + ": " + impossible.getMessage(), impossible);
    }
  }

  /** Kafka's own names of what a client needs for TLS. */
  private static final class SslConfigNames {
    static final Set<String> CLIENT = client();

    private static Set<String> client() {
      var definition = new ConfigDef();
      SslConfigs.addClientSslSupport(definition);
      return Set.copyOf(definition.names());
    }
  }

  private Optional<String> text(String name) {
    String value = values.get(name);
    if (value == null) {
      value = values.get(NAMESPACE + name);
    }
    return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
  }

  private boolean flag(String name, boolean otherwise) {
    return text(name)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new IllegalArgumentException(
                          "%s must be true or false, not '%s'".formatted(name, value));
                })
        .orElse(otherwise);
  }

  private long number(String name, long otherwise, long least, long most) {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s must be a number from %d to %d, not '%s'".formatted(name, least, most, value.get()));
  }

  private List<URI> urls() {
    String value = text(URL).orElseThrow(() -> new IllegalArgumentException(URL + " is missing"));
    return Arrays.stream(value.split(",")).map(String::strip).map(RegistryProperties::url).toList();
  }

  /** What is wrong is said without the URL, which may hold a password. */
  private static URI url(String text) {
    try {
      URI url = new URI(text);
      if (url.getHost() != null
          && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new IllegalArgumentException(
        URL + " must be http://HOST:PORT or https://HOST:PORT, or several with commas between");
  }

  private SubjectNameStrategy subjects() {
    try {
      return text(SUBJECTS).map(SubjectNameStrategy::of).orElse(SubjectNameStrategy.TOPIC_RECORD);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(SUBJECTS + ": " + e.getMessage(), e);
    }
  }

  private Credentials credentials(List<URI> urls) {
    Optional<String> bearer = text(BEARER_SOURCE);
    Optional<String> basic = text(BASIC_SOURCE);
    if (bearer.isPresent()) {
      if (basic.isPresent()) {
        throw new IllegalArgumentException(
            "%s and %s exclude each other".formatted(BASIC_SOURCE, BEARER_SOURCE));
      }
      if (!bearer.get().equals("STATIC_TOKEN")) {
        throw new IllegalArgumentException(
            "%s must be STATIC_TOKEN, not '%s'".formatted(BEARER_SOURCE, bearer.get()));
      }
      return new Credentials.Bearer(required(BEARER_TOKEN, BEARER_SOURCE + "=STATIC_TOKEN"));
    }
    if (text(BEARER_TOKEN).isPresent()) {
      throw new IllegalArgumentException(
          "%s needs %s=STATIC_TOKEN".formatted(BEARER_TOKEN, BEARER_SOURCE));
    }
    return switch (basic.orElse("URL")) {
      case "USER_INFO" ->
          new Credentials.Basic(required(BASIC_USER_INFO, BASIC_SOURCE + "=USER_INFO"));
      case "URL" -> {
        if (text(BASIC_USER_INFO).isPresent()) {
          throw new IllegalArgumentException(
              "%s needs %s=USER_INFO".formatted(BASIC_USER_INFO, BASIC_SOURCE));
        }
        yield urls.stream()
            .map(URI::getUserInfo)
            .filter(userInfo -> userInfo != null)
            .findFirst()
            .<Credentials>map(Credentials.Basic::new)
            .orElseGet(Credentials.None::new);
      }
      default ->
          throw new IllegalArgumentException(
              "%s must be USER_INFO or URL, not '%s'".formatted(BASIC_SOURCE, basic.get()));
    };
  }

  private String required(String name, String why) {
    return text(name).orElseThrow(() -> new IllegalArgumentException(why + " needs " + name));
  }

  private Map<String, String> ssl() {
    Map<String, String> ssl = new HashMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(NAMESPACE + SSL)) {
            ssl.put(name.substring(NAMESPACE.length()), value);
          }
        });
    String verified = ssl.remove(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
    if (verified != null && !verified.equalsIgnoreCase("https")) {
      throw new IllegalArgumentException(
          NAMESPACE
              + SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG
              + " must be https: the name of the registry is always checked");
    }
    return ssl;
  }
}
