package io.flowledger.schemas.registry.http;

import io.flowledger.schemas.registry.SubjectNameStrategy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to reach a schema registry, and how to use it.
 *
 * @param urls of the same registry, without credentials; the first one that answers is used
 * @param credentials to show to it
 * @param ssl settings under Kafka's names ({@code ssl.truststore.location}); empty for the
 *     certificates that the JDK trusts
 * @param use what is done with the schemas of this build
 * @param subjects under which subjects they are
 * @param retries what is done when it does not answer
 * @param unknownFor how long an identifier that it does not know is taken to be unknown
 */
public record HttpSchemaRegistryConfig(
    List<URI> urls,
    Credentials credentials,
    Map<String, String> ssl,
    Use use,
    SubjectNameStrategy subjects,
    Retries retries,
    Duration unknownFor) {

  public HttpSchemaRegistryConfig {
    urls = List.copyOf(urls);
    ssl = Map.copyOf(ssl);
  }

  /** What is done with the schemas of this build at the start. */
  public enum Use {
    /** They are registered where they are new. */
    REGISTER,
    /** They must have been registered by somebody else. */
    LOOK_UP,
    /** The latest version of each subject is written; it must have the same fields. */
    LATEST
  }

  /** What is shown to the registry with every request. */
  public sealed interface Credentials {
    /** Nothing, or the certificate of the client. */
    record None() implements Credentials {}

    /** HTTP basic authentication. */
    record Basic(String userInfo) implements Credentials {
      @Override
      public String toString() {
        return "Basic[hidden]";
      }
    }

    /** A token that does not expire. */
    record Bearer(String token) implements Credentials {
      @Override
      public String toString() {
        return "Bearer[hidden]";
      }
    }
  }

  /**
   * @param most how often a request that failed is sent again to all URLs
   * @param firstWait before the first retry; doubled before each further one
   * @param longestWait at most
   * @param connectTimeout for a connection
   * @param requestTimeout for an answer
   */
  public record Retries(
      int most,
      Duration firstWait,
      Duration longestWait,
      Duration connectTimeout,
      Duration requestTimeout) {}

  /**
   * From properties under Confluent's names, with Confluent's defaults, but for the strategy of
   * subject names, which is {@link SubjectNameStrategy#TOPIC_RECORD}, since several types of events
   * share a topic; shorter timeouts; and unknown identifiers, which are remembered for 5 s.
   *
   * @throws IllegalArgumentException when a value is none; the message names the property
   */
  public static HttpSchemaRegistryConfig of(Map<String, String> properties) {
    return RegistryProperties.config(properties);
  }

  /** Names that mean nothing here, in their order. */
  public static Set<String> unknown(Set<String> names) {
    return RegistryProperties.unknown(names);
  }
}
