package io.flowledger.deploy.letters;

/** Where a record is. */
record Place(String topic, int partition, long offset) {

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
