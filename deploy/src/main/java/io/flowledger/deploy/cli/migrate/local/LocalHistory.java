package io.flowledger.deploy.cli.migrate.local;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.InventedNumbers;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Tags;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import io.flowledger.schemas.Identifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The history in Metaflow's local metadata, the folders {@code .metaflow}: a folder for each flow,
 * run, step and task, each with files of JSON in {@code _meta}.
 *
 * <p>A run has the number there that it keeps: its time in microseconds. Tasks have numbers that
 * begin again with each run; they keep them as names, by which everything finds them as before, and
 * get numbers besides that are unique.
 */
public final class LocalHistory implements History {

  private static final String METADATA = "sysmeta_";
  private static final String ARTIFACT = "_artifact_";
  private static final String JSON = ".json";
  private static final long GREATEST = (1L << 53) - 1;

  private final List<Path> roots;
  private final Losses losses;
  private final Map<String, Flow> flows = new TreeMap<>();
  private String cachedFlow = "";
  private List<Run> cachedRuns = List.of();
  private Map<Long, Path> runFolders = Map.of();

  private LocalHistory(List<Path> roots, Losses losses) {
    this.roots = roots;
    this.losses = losses;
  }

  /**
   * Finds the folders.
   *
   * @param given folders, or folders in which they are
   * @throws CommandFailure when there are none
   */
  public static LocalHistory open(List<Path> given, Losses losses) {
    LocalHistory history = new LocalHistory(LocalFolders.find(given), losses);
    history.readFlows();
    return history;
  }

  /** Where they are. */
  public List<Path> folders() {
    return roots;
  }

  @Override
  public String name() {
    return roots.stream().map(Path::toString).collect(Collectors.joining(" ", "local ", ""));
  }

  private static String nameOf(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private void readFlows() {
    for (Path root : roots) {
      for (Path folder : LocalFolders.folders(root)) {
        Path self = LocalFolders.self(folder);
        if (Files.exists(self)) {
          LocalFile.read(self, losses)
              .map(
                  file ->
                      new Flow(
                          nameOf(folder),
                          file.text("user_name"),
                          file.tsEpoch(),
                          file.tags("tags"),
                          file.tags("system_tags")))
              .ifPresent(
                  flow ->
                      flows.merge(
                          flow.flowId(), flow, (a, b) -> a.tsEpoch() <= b.tsEpoch() ? a : b));
        }
      }
    }
  }

  @Override
  public List<Flow> flows() {
    cachedFlow = "";
    return List.copyOf(flows.values());
  }

  @Override
  public List<Run> runs(String flowId, long after, int most) {
    if (!cachedFlow.equals(flowId)) {
      readRuns(flowId);
    }
    return cachedRuns.stream().filter(run -> run.number() > after).limit(most).toList();
  }

  private void readRuns(String flowId) {
    List<Run> runs = new ArrayList<>();
    Map<Long, Path> folders = new LinkedHashMap<>();
    for (Path root : roots) {
      for (Path folder : LocalFolders.folders(root.resolve(flowId))) {
        Path self = LocalFolders.self(folder);
        if (!Files.exists(self)) {
          continue; // such as the folder of data
        }
        Optional<Run> run = LocalFile.read(self, losses).map(file -> run(flowId, folder, file));
        if (run.isPresent() && folders.putIfAbsent(run.get().number(), folder) == null) {
          runs.add(run.get());
        } else if (run.isPresent()) {
          losses.refused(folder.toString(), "run %s is in another folder too".formatted(folder));
        }
      }
    }
    runs.sort(Comparator.comparingLong(Run::number));
    cachedFlow = flowId;
    cachedRuns = runs;
    runFolders = folders;
  }

  private Run run(String flowId, Path folder, LocalFile file) {
    String id = nameOf(folder);
    boolean isNumber = isUsable(id);
    return new Run(
        flowId,
        isNumber ? Long.parseLong(id) : InventedNumbers.of(flowId, id),
        isNumber ? null : id,
        file.text("user_name"),
        time(folder, file),
        Tags.orNone(file.tags("tags")),
        Tags.orNone(file.tags("system_tags")),
        null);
  }

  /**
   * When a run began. Metaflow's client writes the time at which it changes tags into the file of
   * the run; then its first step began before it.
   */
  private long time(Path folder, LocalFile file) {
    return LocalFolders.folders(folder).stream()
        .map(LocalFolders::self)
        .filter(Files::exists)
        .flatMap(self -> LocalFile.read(self, new Losses()).stream()) // told with the step
        .mapToLong(LocalFile::tsEpoch)
        .reduce(file.tsEpoch(), Math::min);
  }

  /** The client loses them. */
  @Override
  public boolean keepsTimes() {
    return false;
  }

  private static boolean isUsable(String id) {
    return Identifier.isNumber(id)
        && id.length() <= Long.toString(GREATEST).length()
        && Long.parseLong(id) >= 1
        && Long.parseLong(id) <= GREATEST;
  }

  // ---- a run -----------------------------------------------------------------------------------

  @Override
  public void outline(Run run, HistoryVisitor visitor) {
    visit(run, visitor, false);
  }

  @Override
  public void contents(Run run, HistoryVisitor visitor) {
    visit(run, visitor, true);
  }

  private void visit(Run run, HistoryVisitor visitor, boolean whole) {
    runs(run.flowId(), Long.MIN_VALUE, 1);
    Path folder = runFolders.get(run.number());
    if (folder == null) {
      throw CommandFailure.failed("run %s/%s is gone".formatted(run.flowId(), run.shownId()));
    }
    Map<Path, Step> steps = new LinkedHashMap<>();
    for (Path stepFolder : LocalFolders.folders(folder)) {
      step(run, stepFolder).ifPresent(step -> steps.put(stepFolder, step));
    }
    steps.values().stream()
        .sorted(Comparator.comparingLong(Step::tsEpoch).thenComparing(Step::name))
        .forEach(visitor::step);
    steps.keySet().stream().sorted().forEach(stepFolder -> tasks(run, stepFolder, visitor, whole));
  }

  private Optional<Step> step(Run run, Path folder) {
    Path self = LocalFolders.self(folder);
    if (!Files.exists(self)) {
      losses.refused(folder.toString(), "it says not what it is: there is no _meta/_self.json");
      return Optional.empty();
    }
    return LocalFile.read(self, losses)
        .map(
            file ->
                new Step(
                    run.flowId(),
                    run.number(),
                    nameOf(folder),
                    file.text("user_name"),
                    file.tsEpoch(),
                    file.tags("tags"),
                    file.tags("system_tags")));
  }

  private void tasks(Run run, Path stepFolder, HistoryVisitor visitor, boolean whole) {
    List<Path> folders = new ArrayList<>(LocalFolders.folders(stepFolder));
    folders.sort(
        Comparator.comparing((Path folder) -> nameOf(folder).length())
            .thenComparing(LocalHistory::nameOf));
    for (Path folder : folders) {
      Path self = LocalFolders.self(folder);
      if (!Files.exists(self)) {
        losses.refused(folder.toString(), "it says not what it is: there is no _meta/_self.json");
        continue;
      }
      LocalFile.read(self, losses)
          .ifPresent(
              file -> {
                Task task = task(run, stepFolder, folder, file);
                visitor.task(task);
                if (whole) {
                  records(task.path(), folder, visitor);
                }
              });
    }
  }

  private static Task task(Run run, Path stepFolder, Path folder, LocalFile file) {
    String id = nameOf(folder);
    String step = nameOf(stepFolder);
    boolean isNumber = Identifier.isNumber(id) && Identifier.parse(id).toString().equals(id);
    long number =
        isNumber && id.length() < Long.toString(GREATEST).length()
            ? InventedNumbers.ofTask(run.flowId(), run.shownId(), Long.parseLong(id))
            : InventedNumbers.of(run.flowId(), run.shownId(), step, id);
    return new Task(
        new TaskPath(run.flowId(), run.number(), step, number),
        id,
        file.text("user_name"),
        file.tsEpoch(),
        file.tags("tags"),
        file.tags("system_tags"),
        null);
  }

  private void records(TaskPath task, Path folder, HistoryVisitor visitor) {
    List<Metadata> metadata = new ArrayList<>();
    List<Artifact> artifacts = new ArrayList<>();
    for (Path path : LocalFolders.list(LocalFolders.meta(folder))) {
      String name = nameOf(path);
      if (!name.endsWith(JSON)) {
        continue; // what is being written
      }
      if (name.startsWith(METADATA)) {
        LocalFile.read(path, losses)
            .ifPresent(
                file ->
                    metadata.add(
                        file.metadata(InventedNumbers.of(task.toString(), "metadata", name))));
      } else if (name.contains(ARTIFACT)) {
        LocalFile.read(path, losses).flatMap(LocalFile::artifact).ifPresent(artifacts::add);
      }
    }
    metadata.sort(Comparator.comparingLong(Metadata::tsEpoch).thenComparingLong(Metadata::id));
    artifacts.sort(
        Comparator.comparingLong(Artifact::tsEpoch)
            .thenComparingInt(Artifact::attempt)
            .thenComparing(Artifact::name));
    if (!metadata.isEmpty()) {
      visitor.metadata(task, metadata);
    }
    if (!artifacts.isEmpty()) {
      visitor.artifacts(task, artifacts);
    }
  }

  @Override
  public long rows() {
    return 0;
  }

  @Override
  public void close() {}
}
