package io.flowledger.deploy.mcp.tool;

/** Parameters that several tools have. */
final class Parameters {

  static final Parameter FLOW =
      Parameter.text("flow", "Name of the flow, for example TrainFlow.").needed();

  static final Parameter RUN =
      Parameter.text(
          "run", "Number or id of the run, for example 12; left out or 'latest': the latest run.");

  static final Parameter CURSOR =
      Parameter.text("cursor", "next_cursor of the page before, to get the next one.");

  static final Parameter SINCE =
      Parameter.text(
          "since", "Nothing older: 30m, 6h or 2d ago, 2026-11-23 or 2026-11-23T19:26:46 (UTC).");

  private Parameters() {}

  static Parameter limit(int otherwise, int most) {
    return Parameter.number(
        "limit", "How many at most: %d by default, up to %d.".formatted(otherwise, most));
  }
}
