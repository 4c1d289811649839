package io.flowledger.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know of which: arrows never run the other way. */
@AnalyzeClasses(packages = "io.flowledger", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String EVENTS = "io.flowledger.event..";
  private static final String SCHEMAS = "io.flowledger.schemas..";
  private static final String PROJECTOR = "io.flowledger.projector..";
  private static final String READ_MODEL = "io.flowledger.projector.readmodel..";
  private static final String HTTP = "io.flowledger.http..";
  private static final String INGEST = "io.flowledger.ingest..";
  private static final String QUERY = "io.flowledger.query..";
  private static final String DEPLOY = "io.flowledger.deploy..";

  @ArchTest
  static final ArchRule schemasKnowNothingOfOurs =
      noClasses()
          .that()
          .resideInAnyPackage(EVENTS, SCHEMAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROJECTOR, HTTP, INGEST, QUERY, DEPLOY);

  @ArchTest
  static final ArchRule theProjectorKnowsTheSchemasOnly =
      noClasses()
          .that()
          .resideInAPackage(PROJECTOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(HTTP, INGEST, QUERY, DEPLOY, "io.vertx..");

  @ArchTest
  static final ArchRule theReadModelKnowsNeitherKafkaNorRocksDb =
      noClasses()
          .that()
          .resideInAPackage(READ_MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.flowledger.projector", "org.apache.kafka..", "org.rocksdb..");

  @ArchTest
  static final ArchRule writingKnowsOfReadingTheReadModelOnly =
      noClasses()
          .that()
          .resideInAPackage(INGEST)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.flowledger.projector", QUERY, DEPLOY, "org.rocksdb..");

  @ArchTest
  static final ArchRule readingKnowsNothingOfWriting =
      noClasses()
          .that()
          .resideInAPackage(QUERY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.flowledger.projector", INGEST, DEPLOY, "org.apache.kafka..", "org.rocksdb..");

  @ArchTest
  static final ArchRule everythingIsInAModule =
      classes()
          .should()
          .resideInAnyPackage(EVENTS, SCHEMAS, PROJECTOR, HTTP, INGEST, QUERY, DEPLOY);

  @ArchTest
  static final ArchRule noPackageNeedsItself =
      slices().matching("io.flowledger.(**)").should().beFreeOfCycles();
}
