package io.flowledger.deploy.cli.migrate.verify;

import io.flowledger.projector.chain.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Rows whatever their order, as how many they are and the sum of their hashes: two that are equal
 * have the same rows, and take no memory for it.
 */
final class Multiset {

  private long rows;
  private long high;
  private long low;

  /** Hashes the rows of many: a digest each would take more than all the rest. */
  static MessageDigest digest() {
    return Sha256.create();
  }

  void add(String row, MessageDigest digest) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(row.getBytes(StandardCharsets.UTF_8)));
    rows++;
    high += hash.getLong();
    low += hash.getLong();
  }

  void addAll(Multiset other) {
    rows += other.rows;
    high += other.high;
    low += other.low;
  }

  long rows() {
    return rows;
  }

  boolean isSameAs(Multiset other) {
    return rows == other.rows && high == other.high && low == other.low;
  }
}
