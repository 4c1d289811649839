package io.flowledger.deploy.server;

import io.flowledger.deploy.config.AccessConfig;
import io.flowledger.deploy.config.ClusterConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other nodes reach this one.
 *
 * @param host to listen on
 * @param port to listen on
 * @param advertised {@code host:port} that the others call
 * @param secret that they have to send; empty for none
 */
record ClusterPlace(String host, int port, String advertised, Optional<String> secret) {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterPlace.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String ANY = "0.0.0.0";
  private static final int LEAST_CHARACTERS = 16;

  /**
   * @throws StartException when it cannot be so
   */
  static ClusterPlace of(ClusterConfig config, AccessConfig access) {
    Optional<String> secret = config.secretFile().map(ClusterPlace::read);
    if (access.asks() && secret.isEmpty()) {
      throw new StartException(
          "whoever asks at --port is asked who they are, but without --cluster-secret-file nobody"
              + " who asks at --internal-port from this machine: give all nodes the same secret");
    }
    String host = secret.isPresent() ? ANY : LOOPBACK;
    if (config.internalPort() != 0) {
      Ports.checkFree(host, config.internalPort(), "--internal-port");
    }
    int port = config.internalPort() == 0 ? Ports.free() : config.internalPort();
    String advertised =
        config
            .advertised()
            .orElseGet(() -> (secret.isPresent() ? ownName() : LOOPBACK) + ":" + port);
    if (secret.isEmpty() && !isLoopback(advertised)) {
      throw new StartException(
          "--advertised-url is %s, but without --cluster-secret-file the internal port listens on"
                  .formatted(advertised)
              + " 127.0.0.1 only; give all nodes the same secret");
    }
    return new ClusterPlace(host, port, advertised, secret);
  }

  private static String read(Path file) {
    try {
      String secret = Files.readString(file).strip();
      warnOfReaders(file);
      if (secret.length() < LEAST_CHARACTERS || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
        throw new StartException(
            "the secret in %s must have %d or more printable ASCII characters, and no blanks"
                .formatted(file, LEAST_CHARACTERS));
      }
      return secret;
    } catch (IOException e) {
      throw new StartException("cannot read the secret of the cluster: " + e, e);
    }
  }

  private static void warnOfReaders(Path file) throws IOException {
    PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (posix != null
        && posix.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
      LOG.warn("everybody on this machine can read the secret in {}; chmod 600 it", file);
    }
  }

  private static String ownName() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      throw new StartException("this machine has no address; use --advertised-url", e);
    }
  }

  private static boolean isLoopback(String advertised) {
    String host = advertised.substring(0, advertised.lastIndexOf(':'));
    return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
  }
}
