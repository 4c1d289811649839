package io.flowledger.deploy.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Colours;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Times;
import io.flowledger.deploy.cli.Tone;
import java.io.PrintWriter;
import java.util.List;

/** Tells a story aloud: each sentence with its time, and the date wherever a new day begins. */
final class Narrator {

  private final Story story;
  private final PrintWriter out;
  private final Times times;
  private final Colours colours;
  private String day = "";

  Narrator(Story story, Session session) {
    this.story = story;
    this.out = session.out();
    this.times = session.times();
    this.colours = session.colours();
  }

  void tell(JsonNode event) {
    List<Sentence> sentences = story.tell(event);
    if (sentences.isEmpty()) {
      return;
    }
    long when = Json.number(event, "ts_epoch").orElse(0);
    if (!times.date(when).equals(day)) {
      day = times.date(when);
      out.println(colours.paint(Tone.STRONG, day));
    }
    for (Sentence sentence : sentences) {
      out.println(
          colours.paint(Tone.FAINT, times.time(when))
              + "  "
              + colours.paint(sentence.tone(), sentence.text()));
    }
  }
}
