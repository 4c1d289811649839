package io.flowledger.projector.projection;

import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.Facet;
import io.flowledger.projector.row.MetadataBatch;
import io.flowledger.projector.text.Utf8;
import java.util.List;

/**
 * Notes which runs have a value of metadata or a tag, once for each run however many of its tasks
 * repeat the value. It leads to where to look, and no further: of long values only the beginning is
 * noted, and a tag stays noted when it is removed.
 */
final class SearchIndex {

  private SearchIndex() {}

  static void metadata(long run, MetadataBatch batch, ViewWriter view) {
    KeyBuilder key = Keys.metadataValues();
    int start = key.length();
    batch.visitFields(
        (name, value) -> view.putOnce(key.backTo(start).name(name).value(value).descending(run)));
  }

  static void tags(RunRegistered run, ViewWriter view) {
    tags(run.getRunNumber(), run.getTags(), view);
    tags(run.getRunNumber(), run.getSystemTags(), view);
  }

  static void tags(RunTagsMutated mutation, ViewWriter view) {
    tags(mutation.getRunNumber(), mutation.getTagsToAdd(), view);
  }

  private static void tags(long run, List<String> tags, ViewWriter view) {
    KeyBuilder key = Keys.values(new Facet.Tag());
    int start = key.length();
    for (String tag : tags) {
      view.putOnce(key.backTo(start).value(Utf8.of(tag)).descending(run));
    }
  }
}
