package io.flowledger.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.syntax.GivenSlicesConjunction;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * Which package may know which: every concern has its room, and arrows between rooms run one way.
 * Names are those behind {@code io.flowledger}; two dots stand for a package and all below it.
 */
@AnalyzeClasses(
    packages = "io.flowledger",
    importOptions = {ImportOption.DoNotIncludeTests.class, RoomsTest.WithoutTestJars.class})
class RoomsTest {

  /**
   * Once packaged, the tests of another module are in a jar, which ArchUnit takes for a program.
   */
  static final class WithoutTestJars implements ImportOption {

    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String OURS = "io.flowledger.";

  private static final String[] PURE = {
    "projector.text",
    "projector.row",
    "projector.chain",
    "projector.layout",
    "projector.projection",
    "projector.readmodel"
  };

  /** What is seen of the projector by whoever reads views. */
  private static final String[] READ_MODEL = {
    "projector.readmodel", "projector.row", "projector.text", "projector.chain"
  };

  /** What an audit has found, and the heads that it has found it for. */
  private static final String[] PROOFS = {
    "projector.chain", "projector.audit.PartitionProof", "projector.audit.Finding"
  };

  // ---- no circles ------------------------------------------------------------------------------

  @ArchTest
  static final ArchRule noPackageNeedsItself =
      slices().matching("io.flowledger.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noClassOfTheProjectionNeedsItself =
      slices().assignedFrom(classesOf("projector.projection")).should().beFreeOfCycles();

  // ---- modules: schemas <- projector <- http <- ingest, query <- deploy ------------------------

  @ArchTest
  static final ArchRule everythingIsInAModule =
      classes()
          .should()
          .resideInAnyPackage(
              ours(
                  "event..",
                  "schemas..",
                  "projector..",
                  "http..",
                  "ingest..",
                  "query..",
                  "deploy.."));

  @ArchTest static final ArchRule events = of("event..").mayKnow();

  @ArchTest static final ArchRule schemas = of("schemas..").mayKnow("event..");

  @ArchTest static final ArchRule projector = of("projector..").mayKnow("event..", "schemas..");

  @ArchTest
  static final ArchRule http = of("http..").mayKnow(with(READ_MODEL, "event..", "schemas.."));

  @ArchTest
  static final ArchRule ingest =
      of("ingest..").mayKnow(with(READ_MODEL, "event..", "schemas..", "http.."));

  @ArchTest
  static final ArchRule query =
      of("query..").mayKnow(with(READ_MODEL, "event..", "schemas..", "http.."));

  // ---- what is pure, and who has the log and the store -----------------------------------------

  @ArchTest
  static final ArchRule theProjectionIsPure =
      of(PURE).mayKnow("event..", "schemas", "schemas.serde", "schemas.registry");

  @ArchTest
  static final ArchRule whatIsPureKnowsNoKafkaNoStoreAndNoMeters =
      of(PURE).knowNothingOf("org.apache.kafka..", "org.rocksdb..", "io.micrometer..");

  @ArchTest
  static final ArchRule theProjectorKnowsNoHttp = of("projector..").knowNothingOf("io.vertx..");

  @ArchTest
  static final ArchRule readingKnowsNoKafka = of("query..").knowNothingOf("org.apache.kafka..");

  @ArchTest
  static final ArchRule viewsAreOpenedByTheStoreAndItsAudit =
      onlyOf("projector.store", "projector.audit").mayKnow("org.rocksdb..");

  @ArchTest
  static final ArchRule consumersAreMadeInOnePlace =
      onlyOf(
              "schemas.topic.ByteConsumers",
              "projector.streams.MemberClients", // that of Kafka Streams
              "deploy.server.WarmUp")
          .mayMake(KafkaConsumer.class);

  @ArchTest
  static final ArchRule producersAreMadeByThoseWhoAppend =
      onlyOf(
              "ingest.log",
              "projector",
              "schemas.registry.topic",
              "deploy.copy.CopyAppender",
              "deploy.server.WarmUp")
          .mayMake(KafkaProducer.class);

  // ---- writing ---------------------------------------------------------------------------------

  @ArchTest
  static final ArchRule aWriteIsNotHttp =
      of("ingest.write", "ingest.numbers", "ingest.log", "ingest.body").knowNothingOf("io.vertx..");

  @ArchTest
  static final ArchRule noWayInKnowsAnother =
      roomsOf("ingest", "body", "log", "numbers", "write").should().notDependOnEachOther();

  // ---- reading ---------------------------------------------------------------------------------

  @ArchTest
  static final ArchRule noReadKnowsAnother =
      roomsOf("query", "answer", "event", "filter", "request").should().notDependOnEachOther();

  // ---- the command line knows servers by HTTP --------------------------------------------------

  @ArchTest static final ArchRule theKitOfCommands = of("deploy.cli").mayKnow();

  @ArchTest
  static final ArchRule commands =
      of("deploy.cli..")
          .mayKnow(with(PROOFS, "event..", "schemas..", "projector.text", "deploy.audit"));

  @ArchTest static final ArchRule toolsForModels = of("deploy.mcp.tool").mayKnow("deploy.cli..");

  @ArchTest
  static final ArchRule oneRoomSpeaksTheProtocolOfModels =
      onlyOf("deploy.mcp").mayKnow("io.modelcontextprotocol..", "reactor..");

  @ArchTest
  static final ArchRule oneRoomSendsTraces =
      onlyOf("deploy.telemetry").mayKnow("io.opentelemetry..");

  @ArchTest
  static final ArchRule theJsonOfAudits =
      of("deploy.audit").mayKnow(with(PROOFS, "projector.text"));

  @ArchTest
  static final ArchRule theRegistryOverHttp =
      of("deploy.registry").mayKnow("event..", "schemas..", "http..");

  // ---- copies know topics and bytes ------------------------------------------------------------

  @ArchTest
  static final ArchRule copies =
      of("deploy.copy").mayKnow("event..", "schemas..", "projector.chain");

  // ---- how rules are put together --------------------------------------------------------------

  private static Room of(String... names) {
    return new Room(in(names));
  }

  private static Only onlyOf(String... names) {
    return new Only(in(names));
  }

  private static String[] with(String[] names, String... others) {
    return Stream.concat(Stream.of(names), Stream.of(others)).toArray(String[]::new);
  }

  private static String[] ours(String... names) {
    return Stream.of(names).map(OURS::concat).toArray(String[]::new);
  }

  /** The classes in packages of these names; or of these names themselves, and what is in them. */
  private static DescribedPredicate<JavaClass> in(String... names) {
    String[] ours = ours(names);
    return DescribedPredicate.describe(
        "in " + String.join(", ", names),
        type ->
            resideInAnyPackage(ours).test(type)
                || Stream.of(ours)
                    .anyMatch(
                        name ->
                            type.getName().equals(name) || type.getName().startsWith(name + "$")));
  }

  /** The classes of a package, each for itself; others are left out. */
  private static SliceAssignment classesOf(String room) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return type.getPackageName().equals(OURS + room)
            ? SliceIdentifier.of(topLevel(type).getSimpleName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "classes of " + room;
      }
    };
  }

  /** The packages of a module, without its face and those that they share. */
  private static GivenSlicesConjunction roomsOf(String module, String... shared) {
    return slices()
        .matching(OURS + module + ".(*)..")
        .that(
            DescribedPredicate.describe(
                "are no " + String.join(", ", shared),
                slice -> !List.of(shared).contains(slice.getNamePart(1))));
  }

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(RoomsTest::topLevel).orElse(type);
  }

  /** Classes of which it is said what they may know. */
  private record Room(DescribedPredicate<JavaClass> classes) {

    /** Of ours nothing but each other and these. */
    ArchRule mayKnow(String... names) {
      DescribedPredicate<JavaClass> others =
          resideInAPackage(OURS + ".").and(not(classes)).and(not(in(names)));
      return noClasses().that(classes).should().dependOnClassesThat(others);
    }

    ArchRule knowNothingOf(String... packages) {
      return noClasses().that(classes).should().dependOnClassesThat().resideInAnyPackage(packages);
    }
  }

  /** Classes that may do what no other may. */
  private record Only(DescribedPredicate<JavaClass> classes) {

    ArchRule mayKnow(String... packages) {
      return noClasses()
          .that(not(classes))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages);
    }

    ArchRule mayMake(Class<?> type) {
      return noClasses()
          .that(not(classes))
          .should()
          .callConstructorWhere(target(owner(type(type))));
    }
  }
}
