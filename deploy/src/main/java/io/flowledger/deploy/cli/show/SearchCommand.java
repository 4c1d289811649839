package io.flowledger.deploy.cli.show;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.Table;
import io.flowledger.deploy.cli.Visible;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowledger search}: what ran with which value. */
@Command(
    name = "search",
    description = {
      "Finds tasks by their metadata, and runs by their tags.",
      "Over all flows, newest runs first."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger search git_commit=4f2a91c",
      "  flowledger search 'instance~^p[34]\\.' --flow TrainFlow --since 2d",
      "  flowledger search --tag prod -n 5"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class SearchCommand implements Callable<Integer> {

  private static final Pattern CONDITION = Pattern.compile("([^=~]+)([=~])(.*)", Pattern.DOTALL);

  @Mixin private final ServerOptions options;

  @Parameters(
      arity = "0..1",
      paramLabel = "FIELD=VALUE|FIELD~REGEX",
      description = "A field of the metadata of a task, with a value or a regular expression.")
  private @Nullable String condition;

  @Option(names = "--tag", description = "A tag of a run, instead of a field.")
  private @Nullable String tag;

  @Option(names = "--flow", description = "Only in this flow.")
  private @Nullable String flow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only what is not older: 2d, 3h, 2026-11-23 or 2026-11-23T19:26:46.")
  private @Nullable String since;

  @Option(
      names = {"-n", "--limit"},
      defaultValue = "20",
      description = "Results to show at most; 20 by default.")
  private int limit;

  public SearchCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.usage(limit > 0, "--limit must be at least 1, not " + limit);
    options.usage(
        (condition == null) != (tag == null), "either FIELD=VALUE, FIELD~REGEX or --tag is needed");
    options.usage(
        condition == null || CONDITION.matcher(condition).matches(),
        "'%s' is neither FIELD=VALUE nor FIELD~REGEX".formatted(condition));
    return options.run(this::search);
  }

  private int search(Session session) {
    Resource search =
        sought()
            .with("flow", Optional.ofNullable(flow))
            .with("since", Optional.ofNullable(since).map(session.moments()::time));
    List<Answer> pages = session.client().pages(search, limit);
    if (session.json()) {
      pages.forEach(page -> session.out().println(page.text()));
    } else {
      session.out().print(render(pages, session));
    }
    return ExitCodes.FINE;
  }

  private Resource sought() {
    Resource search = Resource.of("search");
    if (tag != null) {
      return search.with("tag", tag);
    }
    Matcher parts = CONDITION.matcher(condition == null ? "" : condition);
    if (!parts.matches()) {
      throw new IllegalStateException("checked before");
    }
    Resource field = search.with("field", parts.group(1)).with("value", parts.group(3));
    return parts.group(2).equals("~") ? field.with("op", "re") : field;
  }

  private static String render(List<Answer> pages, Session session) {
    List<JsonNode> found = pages.stream().flatMap(page -> Json.stream(page.json())).toList();
    if (found.isEmpty()) {
      return "nothing found\n";
    }
    Table table = new Table(session.colours()).heading("WHEN", "WHAT", "WITH");
    for (JsonNode one : found) {
      table.row(
          session.times().dateTime(Json.number(one, "ts_epoch").orElse(0)),
          Visible.all(Json.text(one, "pathspec").orElse("?")),
          with(one));
    }
    boolean more = pages.get(pages.size() - 1).nextCursor().isPresent();
    return table.render() + (more ? "... and more; see -n\n" : "");
  }

  private static String with(JsonNode found) {
    return Visible.shortened(
        Json.text(found, "tag")
            .orElseGet(
                () ->
                    Json.text(found, "field_name").orElse("?")
                        + " = "
                        + Json.text(found, "value").orElse("")));
  }
}
