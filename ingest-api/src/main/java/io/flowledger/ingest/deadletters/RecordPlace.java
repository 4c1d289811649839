package io.flowledger.ingest.deadletters;

/** Where a record is. */
record RecordPlace(String topic, int partition, long offset) {

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
