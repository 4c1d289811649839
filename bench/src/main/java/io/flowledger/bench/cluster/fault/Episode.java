package io.flowledger.bench.cluster.fault;

/**
 * A fault that has happened.
 *
 * @param whom it met
 * @param from before anything was done
 * @param to when everything was answered again
 */
public record Episode(Kind kind, String whom, long from, long to) {

  public boolean contains(long moment) {
    return from <= moment && moment < to;
  }
}
