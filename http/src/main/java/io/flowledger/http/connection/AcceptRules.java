package io.flowledger.http.connection;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Which connections a port takes, decided before anything of them is read, TLS included: no more at
 * a time than so many, and only those of some addresses.
 */
public final class AcceptRules {

  private final int most;
  private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
  private final Predicate<InetAddress> allowed;
  private final boolean tls;
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder tooMany = new LongAdder();
  private final LongAdder strangers = new LongAdder();
  private final LongAdder greedy = new LongAdder();
  private int mostOfOne = Integer.MAX_VALUE;
  private Predicate<InetAddress> many = from -> true;

  /**
   * @param most connections at a time
   * @param allowed from where
   * @param tls whether the port speaks TLS, so that who does not is told
   */
  public AcceptRules(int most, Predicate<InetAddress> allowed, boolean tls) {
    this.most = most;
    this.allowed = allowed;
    this.tls = tls;
  }

  /**
   * The same, where one address may have so many of them only, so that it does not keep others out.
   *
   * @param many addresses for which that does not count, since there are many clients behind each
   */
  public AcceptRules perAddress(int mostOfEach, Predicate<InetAddress> many) {
    this.mostOfOne = mostOfEach;
    this.many = many;
    return this;
  }

  /** How many connections are open. */
  public int open() {
    return open.get();
  }

  /** How many were closed at once, since there were too many. */
  public long tooMany() {
    return tooMany.sum();
  }

  /** How many were closed at once, since they came from elsewhere. */
  public long strangers() {
    return strangers.sum();
  }

  /** How many were closed at once, since their address had too many. */
  public long greedy() {
    return greedy.sum();
  }

  boolean isTls() {
    return tls;
  }

  /** Whether one more is taken; then {@link #closed} has to be said of it once. */
  boolean accept(InetAddress from) {
    if (!allowed.test(from)) {
      strangers.increment();
      return false;
    }
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      tooMany.increment();
      return false;
    }
    if (byAddress.merge(from, 1, Integer::sum) > mostOfOne && !many.test(from)) {
      closed(from);
      greedy.increment();
      return false;
    }
    return true;
  }

  void closed(InetAddress from) {
    byAddress.computeIfPresent(from, (address, of) -> of == 1 ? null : of - 1);
    open.decrementAndGet();
  }
}
