package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.audit.AuditJson;
import io.flowledger.deploy.cli.Authorities;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.projector.audit.PartitionProof;
import io.flowledger.projector.chain.PartitionHead;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A running server, which is asked over HTTP. */
final class ServerAuditor implements Auditor {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final int OK = 200;

  private final String url;
  private final Optional<String> key;
  private final HttpClient client;

  /**
   * @param key that the server wants of its clients, if it does
   * @param authorities that its certificate has to be of
   */
  ServerAuditor(String url, Optional<String> key, Authorities authorities) {
    this.url = url.replaceFirst("/+$", "");
    this.key = key;
    this.client =
        authorities
            .trustedBy(HttpClient.newBuilder())
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
  }

  String url() {
    return url;
  }

  @Override
  public List<PartitionHead> heads() {
    HttpRequest.Builder request = request("/audit/head");
    try (Stream<String> lines = send(request)) {
      return AuditJson.heads(String.join("\n", lines.toList()));
    } catch (AuditFailure e) {
      throw new AuditFailure(url + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<PartitionProof> verify(List<PartitionHead> recorded, AuditListener listener) {
    HttpRequest.Builder request =
        request("/flowledger/audit/verify")
            .header(ServerClient.OPERATOR, "1")
            .POST(HttpRequest.BodyPublishers.ofString(PartitionHead.toJson(recorded).toString()));
    List<PartitionProof> proofs = new ArrayList<>();
    try (Stream<String> lines = send(request)) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        JsonObject line = new JsonObject(each.next());
        if (line.containsKey(AuditJson.END)) {
          return proofs;
        } else if (line.containsKey(AuditJson.FAILURE)) {
          throw new AuditFailure(url + ": " + line.getString(AuditJson.FAILURE));
        } else if (line.containsKey(AuditJson.PROGRESS)) {
          listener.progress(line.getString(AuditJson.PROGRESS));
        } else {
          PartitionProof proof = AuditJson.proof(line.getJsonObject(AuditJson.PROOF));
          proofs.add(proof);
          listener.proof(proof);
        }
      }
    } catch (UncheckedIOException | DecodeException e) {
      throw new AuditFailure(url + " has broken off: " + Faults.why(e), e);
    }
    throw new AuditFailure(url + " has broken off");
  }

  private HttpRequest.Builder request(String path) {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
      key.ifPresent(secret -> request.setHeader("x-api-key", secret));
      return request;
    } catch (IllegalArgumentException e) {
      throw new AuditFailure("'" + url + "' is no URL of a server", e);
    }
  }

  private Stream<String> send(HttpRequest.Builder request) {
    try {
      HttpResponse<Stream<String>> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
      if (response.statusCode() == OK) {
        return response.body();
      }
      try (Stream<String> body = response.body()) {
        throw new AuditFailure(
            "%s answers %d: %s"
                .formatted(url, response.statusCode(), String.join(" ", body.toList())));
      }
    } catch (IOException e) {
      throw new AuditFailure("cannot reach " + url + ": " + Faults.why(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditFailure("interrupted", e);
    }
  }
}
