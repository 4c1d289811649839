package io.flowledger.deploy.cli.migrate.move;

import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Visible;
import io.flowledger.deploy.cli.migrate.history.Kind;
import io.flowledger.deploy.cli.migrate.history.Losses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a migration says at its end. */
final class Summary {

  private Summary() {}

  static void tell(Session session, Tally tally, long imported, long present, Losses losses) {
    if (session.json()) {
      session.out().println(json(tally, imported, present, losses));
    } else {
      List<String> kinds = new ArrayList<>();
      for (Kind kind : Kind.values()) {
        kinds.add("%d %s".formatted(tally.of(kind), kind.plural()));
      }
      // Those that are refused are among them.
      session
          .out()
          .println((losses.refused() == 0 ? "moved: " : "read: ") + String.join(", ", kinds));
      session
          .out()
          .printf(
              "%d events imported, %d present before; %d rows refused, %d changed%n",
              imported, present, losses.refused(), losses.changed());
    }
    losses.first().forEach(line -> session.err().println("flowledger: " + Visible.all(line)));
    long others = losses.refused() + losses.changed() - losses.first().size();
    if (others > 0 && losses.first().size() > 0) {
      session.err().println("flowledger: and others like these");
    }
  }

  private static String json(Tally tally, long imported, long present, Losses losses) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      values.put(kind.plural(), tally.of(kind));
    }
    values.put("imported", imported);
    values.put("present", present);
    values.put("refused", losses.refused());
    values.put("changed", losses.changed());
    values.put("first_losses", losses.first());
    return Json.write(values);
  }
}
