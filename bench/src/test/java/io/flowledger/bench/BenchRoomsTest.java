package io.flowledger.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Benchmarks have rooms of their own, on top of the program: it knows nothing of them. */
@AnalyzeClasses(packages = "io.flowledger", importOptions = ImportOption.DoNotIncludeTests.class)
class BenchRoomsTest {

  private static final String BENCH = "io.flowledger.bench..";

  @ArchTest
  static final ArchRule noPackageNeedsItself =
      slices().matching("io.flowledger.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theProgramKnowsNoBenchmarks =
      noClasses()
          .that()
          .resideOutsideOfPackage(BENCH)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BENCH);

  @ArchTest
  static final ArchRule onlyCommandsKnowBenchmarksThatRun =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.flowledger.bench", "io.flowledger.bench.run")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.flowledger.bench", "io.flowledger.bench.run");
}
