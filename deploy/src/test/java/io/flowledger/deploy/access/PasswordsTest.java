package io.flowledger.deploy.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
    return passwords.of(new Secret.Password(user, password));
  }

  private Optional<String> ask(String user, String password) {
    return of(user, password)
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .map(Credential::name);
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
    assertThat(passwords.of(new Secret.Bearer("correct horse")).result()).isEmpty();
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
        IntStream.range(0, 200)
            .mapToObj(
                i -> {
                  try {
                    return of("ada", "try " + i);
                  } catch (RuntimeException tooMany) {
                    return Future.<Optional<Credential>>failedFuture(tooMany);
                  }
                })
            .toList();
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
}
