package io.flowledger.schemas.registry.http;

import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Credentials;
import io.flowledger.schemas.registry.topic.RegistryJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to a registry that has several URLs. One that does not answer, or answers with a fault
 * of its own (5xx), is left for the next one; when none has answered, all are asked again after a
 * while, for so many times. What one answers with 4xx is its answer.
 */
final class RegistryConnection implements AutoCloseable {

  static final int NOT_FOUND = 404;

  private static final Logger LOG = LoggerFactory.getLogger(RegistryConnection.class);
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int OK = 200;
  private static final int REDIRECTION = 300;
  private static final int SERVER_ERROR = 500;

  private final List<URI> urls;
  private final HttpSchemaRegistryConfig.Retries retries;
  private final Optional<String> authorization;
  private final HttpClient client;
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile int current; // index of the URL that answered last

  RegistryConnection(HttpSchemaRegistryConfig config) {
    this.urls = config.urls();
    this.retries = config.retries();
    this.authorization = authorization(config.credentials());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(retries.connectTimeout());
    if (!config.ssl().isEmpty()) {
      builder.sslContext(sslContext(config.ssl()));
    }
    this.client = builder.build();
  }

  private static Optional<String> authorization(Credentials credentials) {
    if (credentials instanceof Credentials.Basic basic) {
      byte[] userInfo = basic.userInfo().getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(userInfo));
    }
    return credentials instanceof Credentials.Bearer bearer
        ? Optional.of("Bearer " + bearer.token())
        : Optional.empty();
  }

  /** As Kafka's clients make theirs, so that the same stores in the same formats will do. */
  private static SSLContext sslContext(Map<String, String> settings) {
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(definition.parse(settings));
      return factory.sslContext();
    } catch (KafkaException e) {
      throw new SchemaRegistryException(
          "the certificates for the schema registry cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * What the registry has answered.
   *
   * @param fields scalar fields of the JSON object, as text
   */
  record Answer(int status, Map<String, String> fields) {

    boolean isSuccess() {
      return status >= OK && status < REDIRECTION;
    }

    /** What is wrong, in its own words. */
    String error() {
      String message = fields.get("message");
      String code = fields.getOrDefault("error_code", Integer.toString(status));
      return message == null
          ? "status " + status
          : "%s (status %d, error %s)".formatted(message, status, code);
    }
  }

  /**
   * @throws SchemaRegistryException when no URL answers
   */
  Answer get(String path) {
    return send(url -> request(url, path).GET().build());
  }

  /**
   * @throws SchemaRegistryException when no URL answers
   */
  Answer post(String path, String body) {
    return send(
        url ->
            request(url, path)
                .header("Content-Type", MEDIA_TYPE)
                .POST(BodyPublishers.ofString(body))
                .build());
  }

  private HttpRequest.Builder request(URI url, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(retries.requestTimeout())
            .header("Accept", MEDIA_TYPE + ", application/json");
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private interface Request {
    HttpRequest to(URI url);
  }

  private Answer send(Request request) {
    Duration wait = retries.firstWait();
    for (int retry = 0; ; retry++) {
      try {
        return sendToEach(request);
      } catch (IOException e) {
        if (retry == retries.most()) {
          throw new SchemaRegistryException(
              "the schema registry does not answer: " + e.getMessage(), e);
        }
        LOG.debug("asking again in {}", wait, e);
        pause(wait);
        wait = min(wait.multipliedBy(2), retries.longestWait());
      }
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void pause(Duration time) {
    try {
      if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw closedMeanwhile();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaRegistryException("interrupted", e);
    }
  }

  private static SchemaRegistryException closedMeanwhile() {
    return new SchemaRegistryException("the schema registry is not used any more");
  }

  /** The first one that answers is asked first from then on. */
  private Answer sendToEach(Request request) throws IOException {
    IOException fault = new IOException("it has no URL");
    int first = current;
    for (int i = 0; i < urls.size(); i++) {
      int index = (first + i) % urls.size();
      URI url = urls.get(index);
      try {
        HttpResponse<byte[]> response = send(request.to(url));
        if (response.statusCode() < SERVER_ERROR) {
          current = index;
          return new Answer(response.statusCode(), fields(response.body()));
        }
        Answer answer = new Answer(response.statusCode(), fields(response.body()));
        fault = new IOException(url + ": " + answer.error());
      } catch (IOException e) {
        fault = new IOException(url + ": " + reason(e), e);
      }
      LOG.debug("no answer", fault);
    }
    throw fault;
  }

  /** The message of the client is often empty. */
  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(request, BodyHandlers.ofByteArray());
    underWay.add(response);
    try {
      if (closed.getCount() == 0) {
        throw closedMeanwhile();
      }
      // The client's own limit ends with the head of the answer.
      return response.get(2 * retries.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new IOException("the answer does not end", e);
    } catch (CancellationException e) {
      throw closedMeanwhile();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaRegistryException("interrupted", e);
    } finally {
      underWay.remove(response);
    }
  }

  /** An answer that is no JSON, such as the page of a proxy, has none. */
  private static Map<String, String> fields(byte[] body) {
    try {
      return RegistryJson.read(body).scalars();
    } catch (IOException notJson) {
      return new HashMap<>();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    underWay.forEach(response -> response.cancel(true));
  }
}
