package io.flowledger.projector.chain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that what is in the log is known by. */
public final class Sha256 {

  private Sha256() {}

  /** A new one; it is for one thread at a time. */
  public static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
