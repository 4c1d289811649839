package io.flowledger.http.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the ports of a server. Its files are looked at every two seconds; what has become of them
 * is used by connections that begin from then on. Files that cannot be used change nothing: what
 * was read before stays, the log says so, and it is counted.
 */
public final class ServerTls implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
  private static final long LOOK_EVERY_MS = 2000;

  /** What changes when a file does. */
  private record Seen(long modified, long size, Object key) {}

  private final Vertx vertx;
  private final TlsConfig config;
  private final Counter loaded;
  private final Counter failed;
  private final Counter handshakesFailed;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "tls");
            thread.setDaemon(true);
            return thread;
          });
  private final List<HttpServer> servers = new ArrayList<>();
  private List<Seen> seen;
  private volatile TlsFiles files;
  private String toldFault = "";

  private ServerTls(
      Vertx vertx, TlsConfig config, List<Seen> seen, TlsFiles files, MeterRegistry metrics) {
    this.vertx = vertx;
    this.config = config;
    this.seen = seen;
    this.files = files;
    this.loaded = reloads(metrics, "loaded");
    this.failed = reloads(metrics, "failed");
    this.handshakesFailed =
        Counter.builder("flowledger.tls.handshakes.failed")
            .description("Connections that ended before they were encrypted")
            .register(metrics);
    Gauge.builder("flowledger.tls.certificate.expiry.seconds", this, ServerTls::expiry)
        .description("When the certificate that is used expires, in seconds of the epoch")
        .baseUnit("seconds")
        .register(metrics);
  }

  private static Counter reloads(MeterRegistry metrics, String result) {
    return Counter.builder("flowledger.tls.reloads")
        .description("Times that the files of certificates and keys had changed and were read")
        .tag("result", result)
        .register(metrics);
  }

  /**
   * Reads the files, and watches them. Blocks.
   *
   * @throws IOException when one cannot be read
   * @throws GeneralSecurityException when what is in them cannot be used
   */
  public static ServerTls open(Vertx vertx, TlsConfig config, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    List<Seen> seen = look(config);
    ServerTls tls = new ServerTls(vertx, config, seen, TlsFiles.read(vertx, config), metrics);
    tls.warnOfExpiry();
    tls.clock.scheduleWithFixedDelay(
        tls::lookAgain, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    return tls;
  }

  /** Makes a server that is to be speak TLS: HTTP/2 or HTTP/1.1, as the client chooses. */
  public void secure(HttpServerOptions options) {
    ServerSSLOptions now = files.options();
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setAlpnVersions(TlsFiles.VERSIONS)
        .setClientAuth(now.getClientAuth())
        .setKeyCertOptions(now.getKeyCertOptions())
        .setTrustOptions(now.getTrustOptions())
        .setEnabledSecureTransportProtocols(now.getEnabledSecureTransportProtocols());
  }

  /** Is told of what goes wrong with connections of those servers. */
  public void connectionFailed(Throwable cause) {
    if (cause instanceof SSLException || cause.getCause() instanceof SSLException) {
      handshakesFailed.increment();
    }
    LOG.debug("a connection has failed", cause);
  }

  /**
   * Tells servers that listen now of what the files hold, from now on. Each has to be told: only
   * one of those that share a port may be the one that counts.
   */
  public synchronized void keepUpToDate(List<HttpServer> listening) {
    servers.addAll(listening);
    update(listening);
  }

  private void update(List<HttpServer> listening) {
    for (HttpServer server : listening) {
      server
          .updateSSLOptions(files.options().copy(), true)
          .onFailure(cause -> fault("a port does not take the new certificate: " + cause));
    }
  }

  private static List<Seen> look(TlsConfig config) throws IOException {
    List<Seen> seen = new ArrayList<>();
    for (Path file : config.files()) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      seen.add(
          new Seen(
              attributes.lastModifiedTime().toMillis(),
              attributes.size(),
              Objects.requireNonNullElse(attributes.fileKey(), ""))); // not every system has one
    }
    return seen;
  }

  private synchronized void lookAgain() {
    try {
      List<Seen> now = look(config);
      if (now.equals(seen) && toldFault.isEmpty()) {
        return;
      }
      TlsFiles read = TlsFiles.read(vertx, config);
      seen = now;
      files = read;
      toldFault = "";
      update(servers);
      loaded.increment();
      LOG.info(
          "the certificate of {} is used now, it expires {}",
          read.certificate().getSubjectX500Principal(),
          read.certificate().getNotAfter().toInstant());
      warnOfExpiry();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      fault(e.toString());
    }
  }

  /** Told once, and counted once: it is looked at again, whether something changes or not. */
  private synchronized void fault(String what) {
    if (!what.equals(toldFault)) {
      toldFault = what;
      failed.increment();
      LOG.error("the files of TLS have changed and cannot be used, what was there stays: {}", what);
    }
  }

  private void warnOfExpiry() {
    Instant end = files.certificate().getNotAfter().toInstant();
    if (end.isBefore(Instant.now())) {
      LOG.warn("the certificate of TLS has expired {}: clients will refuse it", end);
    }
  }

  private double expiry() {
    return files.certificate().getNotAfter().toInstant().getEpochSecond();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
