package io.flowledger.bench.cluster.process;

import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of Linux for each member, all on one bridge. Two members are cut off by
 * giving each a wrong hardware address of the other: the bridge delivers to nobody, and nothing is
 * refused, as with a broken switch. Needs root and the program {@code ip}; no firewall.
 */
public final class Namespaces implements Network {

  private static final int LIMIT_SECONDS = 10;
  private static final int FIRST_HOST = 2;
  private static final String NOBODY = "02:00:00:00:00:01";

  private final String id;
  private final String bridge;
  private final String subnet;
  private final Map<String, Integer> members = new LinkedHashMap<>();
  private final List<String[]> cuts = new ArrayList<>();
  private boolean closed;

  private Namespaces() {
    long pid = ProcessHandle.current().pid();
    this.id = "fl" + Long.toString(pid, Character.MAX_RADIX);
    this.bridge = id + "b";
    this.subnet = "10.%d.%d.".formatted(64 + pid / 250 % 128, pid % 250);
  }

  /**
   * Makes the bridge.
   *
   * @throws BenchException where this machine or user cannot
   */
  public static Namespaces create() {
    Namespaces namespaces = new Namespaces();
    try {
      namespaces.ip("link", "add", namespaces.bridge, "type", "bridge");
      namespaces.ip("addr", "add", namespaces.subnet + "1/24", "dev", namespaces.bridge);
      namespaces.ip("link", "set", namespaces.bridge, "up");
      namespaces.host("probe"); // a namespace can be made, too
      return namespaces;
    } catch (BenchException e) {
      namespaces.close();
      throw e;
    }
  }

  @Override
  public synchronized String host(String member) {
    Integer known = members.get(member);
    if (known != null) {
      return subnet + (FIRST_HOST + known);
    }
    if (closed) {
      throw new BenchException("interrupted");
    }
    int index = members.size();
    members.put(member, index);
    String namespace = namespace(member);
    String outside = id + "v" + index;
    ip("netns", "add", namespace);
    ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip("link", "set", outside, "master", bridge);
    ip("link", "set", outside, "up");
    inside(member, "addr", "add", subnet + (FIRST_HOST + index) + "/24", "dev", "eth0");
    inside(member, "link", "set", "eth0", "up");
    inside(member, "link", "set", "lo", "up");
    return subnet + (FIRST_HOST + index);
  }

  private String namespace(String member) {
    return id + "-" + member;
  }

  @Override
  public synchronized List<String> prefix(String member) {
    host(member);
    return List.of("ip", "netns", "exec", namespace(member));
  }

  @Override
  public boolean canCut() {
    return true;
  }

  @Override
  public synchronized void cut(String member, String other) {
    oneWay(member, other);
    oneWay(other, member);
  }

  private void oneWay(String member, String other) {
    cuts.add(new String[] {member, other});
    String[] neighbour = {"dev", "eth0", "lladdr", NOBODY, "nud", "permanent"};
    List<String> command = new ArrayList<>(List.of("neigh", "replace", host(other)));
    command.addAll(List.of(neighbour));
    inside(member, command.toArray(String[]::new));
  }

  @Override
  public synchronized void heal() {
    for (String[] cut : cuts) {
      inside(cut[0], "neigh", "del", host(cut[1]), "dev", "eth0");
    }
    cuts.clear();
  }

  private void inside(String member, String... arguments) {
    List<String> command = new ArrayList<>(List.of("-n", namespace(member)));
    command.addAll(List.of(arguments));
    ip(command.toArray(String[]::new));
  }

  private void ip(String... arguments) {
    failure(arguments)
        .ifPresent(
            failure -> {
              throw new BenchException(failure);
            });
  }

  private static Optional<String> failure(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    String text = String.join(" ", command);
    try {
      Process ip = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!ip.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        ip.destroyForcibly();
        return Optional.of(text + " does not end");
      }
      return ip.exitValue() == 0 ? Optional.empty() : Optional.of(text + ": " + said);
    } catch (IOException e) {
      return Optional.of(text + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(text + " was interrupted");
    }
  }

  /** Removes everything that was made, as far as it is there; after its processes have ended. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    members.forEach(
        (member, index) -> {
          failure("link", "del", id + "v" + index);
          failure("netns", "del", namespace(member));
        });
    failure("link", "del", bridge);
  }
}
