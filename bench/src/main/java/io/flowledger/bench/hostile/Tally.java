package io.flowledger.bench.hostile;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one kind of client has done, and what it was told. As a line of text it goes from one
 * process to another.
 */
public final class Tally {

  private static final String GAP = "\t";

  private final String kind;
  private final int clients;
  private final Map<String, Long> answers = new TreeMap<>();
  private long sent;
  private long bytesSent;
  private long bytesReceived;

  Tally(String kind, int clients) {
    this.kind = kind;
    this.clients = clients;
  }

  void sent() {
    sent++;
  }

  void bytesSent(long bytes) {
    bytesSent += bytes;
  }

  void bytesReceived(long bytes) {
    bytesReceived += bytes;
  }

  void status(int status) {
    count(Integer.toString(status));
  }

  /** What came instead of an answer. */
  void count(String what) {
    answers.merge(what, 1L, Long::sum);
  }

  public String kind() {
    return kind;
  }

  public int clients() {
    return clients;
  }

  /** Requests, whole or not. */
  public long requests() {
    return sent;
  }

  public long sentBytes() {
    return bytesSent;
  }

  public long receivedBytes() {
    return bytesReceived;
  }

  /** How often each status, or what came instead. */
  public Map<String, Long> answers() {
    return Map.copyOf(answers);
  }

  /** As it goes from one process to another. */
  public String line() {
    return String.join(
        GAP,
        kind,
        Integer.toString(clients),
        Long.toString(sent),
        Long.toString(bytesSent),
        Long.toString(bytesReceived),
        answers.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(",")));
  }

  public static Tally of(String line) {
    String[] parts = line.split(GAP, -1);
    Tally tally = new Tally(parts[0], Integer.parseInt(parts[1]));
    tally.sent = Long.parseLong(parts[2]);
    tally.bytesSent = Long.parseLong(parts[3]);
    tally.bytesReceived = Long.parseLong(parts[4]);
    Arrays.stream(parts[5].split(","))
        .filter(answer -> !answer.isEmpty())
        .map(answer -> answer.split("="))
        .forEach(answer -> tally.answers.put(answer[0], Long.parseLong(answer[1])));
    return tally;
  }
}
