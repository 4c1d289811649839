package io.flowledger.deploy.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Secret;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordsTest {

  /** As {@code htpasswd -nbB -C 5 bo secret} writes it. */
  private static final String OF_HTPASSWD =
      "bcrypt:$2y$05$Hx5PEIWr8Ht7yScjkeo5KumtqOIf.bIwT8MCa5Yanuyhk3ZrLoPpi";

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private KeyFile file = new KeyFile(Path.of(""));

  @SuppressWarnings("NullAway.Init")
  private Holders holders;

  @SuppressWarnings("NullAway.Init")
  private Passwords passwords;

  @BeforeEach
  void start() throws IOException {
    file = new KeyFile(folder.resolve("keys"));
    file.add(Holder.of("ada", Grants.parse("writer"), Proof.Password.of("correct horse")));
    holders = Holders.in(file);
    passwords = new Passwords(holders, vertx);
  }

  @AfterEach
  void stop() {
    holders.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Future<Optional<Credential>> of(String user, String password) {
    return from("10.0.0.1", user, password);
  }

  private Future<Optional<Credential>> from(String address, String user, String password) {
    try {
      return passwords.of(new Secret.Password(user, password), address);
    } catch (RefusedException refused) {
      return Future.failedFuture(refused);
    }
  }

  private Optional<String> ask(String user, String password) {
    return join(of(user, password)).map(Credential::name);
  }

  private static Optional<Credential> join(Future<Optional<Credential>> found) {
    return found.toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void whoHasTheirPasswordIsThem() {
    assertThat(ask("ada", "correct horse")).contains("ada");
    assertThat(of("ada", "correct horse").isComplete()).as("it is remembered").isTrue();
    assertThat(ask("ada", "correct horse!")).isEmpty();
    assertThat(ask("ada", "")).isEmpty();
    assertThat(ask("bo", "correct horse")).isEmpty();
    assertThat(ask("", "")).isEmpty();
    assertThat(ask("ada", "x".repeat(100_000))).isEmpty();
    assertThat(passwords.of(new Secret.Bearer("correct horse"), "").result()).isEmpty();
  }

  @Test
  void whatIsRememberedIsForgottenWithTheFile() throws IOException {
    assertThat(ask("ada", "correct horse")).contains("ada");
    file.remove("ada");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> ask("ada", "correct horse").isEmpty());
  }

  @Test
  void hashesOfHtpasswdAreTaken() throws IOException {
    Files.writeString(file.path(), "bo reader " + OF_HTPASSWD + "\n");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> !holders.known().byUser().containsKey("ada"));
    assertThat(ask("bo", "wrong")).isEmpty();
    assertThat(ask("bo", "secret")).contains("bo");
  }

  /** Whoever tries many is told to wait, and keeps no thread of others busy. */
  @Test
  void howManyAreCheckedIsBounded() {
    List<Future<Optional<Credential>>> tries =
        IntStream.range(0, 200).mapToObj(i -> from("10.0.1." + i, "ada", "try " + i)).toList();
    long refused =
        tries.stream()
            .filter(Future::failed)
            .peek(
                one ->
                    assertThat(one.cause())
                        .hasMessageContaining("too many passwords are being checked"))
            .count();
    assertThat(refused).isBetween(100L, 136L);
    Future.join(tries).otherwiseEmpty().toCompletionStage().toCompletableFuture().join();
    assertThat(ask("ada", "correct horse")).contains("ada");
  }

  /** The others have their turns meanwhile. */
  @Test
  void anAddressHasAPartOfTheTurnsOnly() {
    List<Future<Optional<Credential>>> tries =
        IntStream.range(0, 20).mapToObj(i -> of("user" + i, "guess")).toList();
    assertThat(tries.stream().filter(Future::failed).map(one -> one.cause().getMessage()))
        .hasSize(12)
        .allMatch(why -> why.startsWith("too many passwords of this address"));
    assertThat(join(from("10.0.0.2", "ada", "correct horse")).map(Credential::name))
        .contains("ada");
    Future.join(tries).otherwiseEmpty().toCompletionStage().toCompletableFuture().join();
    assertThat(ask("ada", "correct horse")).contains("ada");
  }

  @Test
  void whoGuessesWaits() {
    for (int i = 0; i < 10; i++) {
      assertThat(ask("ada", "guess " + i)).isEmpty();
    }
    assertThat(of("ada", "correct horse"))
        .matches(Future::failed)
        .extracting(Future::cause, InstanceOfAssertFactories.type(RefusedException.class))
        .satisfies(
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.TOO_MANY);
              assertThat(refused.untilRetry())
                  .isBetween(Duration.ofMillis(1), Duration.ofSeconds(10));
            });
    assertThat(join(from("10.0.0.2", "ada", "correct horse")).map(Credential::name))
        .as("of another address")
        .contains("ada");
    assertThat(of("ada", "correct horse").isComplete()).as("who is known goes on").isTrue();
    assertThat(ask("bo", "guess")).as("another name of that address").isEmpty();
  }

  /** What is not there takes as long as the slowest that is. */
  @Test
  void unknownNamesCostWhatKnownOnesDo() throws IOException {
    assertThat(holders.known().slowest().cost()).isEqualTo(10);
    Files.writeString(file.path(), "bo reader " + OF_HTPASSWD + "\n");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> holders.known().slowest().cost() == 5);
    assertThat(Holders.Known.NOBODY.slowest().isOf("anything")).isFalse();
  }
}
