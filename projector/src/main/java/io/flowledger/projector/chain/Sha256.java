package io.flowledger.projector.chain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that what is in the log is known by. */
public final class Sha256 {

  /** Copied, since to look one up among what the JVM offers takes longer than a hash. */
  private static final MessageDigest EMPTY = lookUp();

  private Sha256() {}

  /** A new one; it is for one thread at a time. */
  public static MessageDigest create() {
    try {
      return (MessageDigest) EMPTY.clone();
    } catch (CloneNotSupportedException ofAnotherProvider) {
      return lookUp();
    }
  }

  private static MessageDigest lookUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
