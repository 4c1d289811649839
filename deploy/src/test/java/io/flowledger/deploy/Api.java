package io.flowledger.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/** Calls a server as a client would. */
public final class Api {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  public Api(String base) {
    this.base = base;
  }

  public static Api of(TestServer server) {
    return new Api(server.url(""));
  }

  /** An answer. */
  public record Answer(int status, String body, Optional<String> position) {}

  public Answer get(String path) {
    return send("GET", path, "");
  }

  public Answer getAt(String path, String minPosition) {
    return send("GET", path, "", "Flowledger-Min-Position", minPosition);
  }

  public Answer post(String path, String body) {
    return send("POST", path, body);
  }

  public Answer patch(String path, String body) {
    return send("PATCH", path, body);
  }

  /** The body of an answer that has to be 200. */
  public String created(String path, String body) {
    Answer answer = post(path, body);
    if (answer.status() != 200) {
      throw new AssertionError("POST " + path + ": " + answer);
    }
    return answer.body();
  }

  public Answer send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.body(),
          response.headers().firstValue("Flowledger-Position"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The value of a field of a flat JSON object that the service rendered. */
  public static String field(String json, String name) {
    int start = json.indexOf("\"" + name + "\": ") + name.length() + 4;
    int end = start;
    boolean quoted = json.charAt(start) == '"';
    if (quoted) {
      return json.substring(start + 1, json.indexOf('"', start + 1));
    }
    while (",}".indexOf(json.charAt(end)) < 0) {
      end++;
    }
    return json.substring(start, end);
  }
}
