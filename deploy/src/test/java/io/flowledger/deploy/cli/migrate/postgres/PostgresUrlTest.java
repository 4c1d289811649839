package io.flowledger.deploy.cli.migrate.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class PostgresUrlTest {

  private static PostgresUrl parse(String text) {
    return PostgresUrl.parse(text, Map.of());
  }

  @Test
  void ofLibpq() {
    PostgresUrl url =
        parse("postgresql://ada:p%40ss@db:6432/meta?sslmode=verify-full&sslrootcert=/ca.pem");
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db:6432/meta");
    assertThat(url.settings())
        .containsEntry("user", "ada")
        .containsEntry("password", "p@ss")
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslrootcert", "/ca.pem")
        .containsEntry("readOnly", "true");
  }

  @Test
  void ofJdbc() {
    PostgresUrl url = parse("jdbc:postgresql://db/meta?user=ada&password=a+b");
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db:5432/meta");
    assertThat(url.settings()).containsEntry("user", "ada").containsEntry("password", "a+b");
  }

  /** As containers are called, and as clusters are named. */
  @Test
  void hostsThatNoUriKnows() {
    PostgresUrl container = parse("postgresql://ada:ge%2Fheim@metaflow_db/meta");
    assertThat(container.jdbc()).isEqualTo("jdbc:postgresql://metaflow_db:5432/meta");
    assertThat(container.settings())
        .containsEntry("user", "ada")
        .containsEntry("password", "ge/heim");
    assertThat(parse("postgresql://ada@db1,db2:6432/meta").jdbc())
        .isEqualTo("jdbc:postgresql://db1:5432,db2:6432/meta");
    assertThat(parse("postgresql://ada@[::1]:6432/meta").jdbc())
        .isEqualTo("jdbc:postgresql://[::1]:6432/meta");
    assertThat(parse("postgresql://[::1]/meta").jdbc())
        .isEqualTo("jdbc:postgresql://[::1]:5432/meta");
  }

  @Test
  void thePasswordOfTheEnvironmentIsForUrlsWithout() {
    Map<String, String> environment = Map.of("PGPASSWORD", "secret");
    assertThat(PostgresUrl.parse("postgres://a@db/m", environment).settings())
        .containsEntry("password", "secret");
    assertThat(PostgresUrl.parse("postgres://a:own@db/m", environment).settings())
        .containsEntry("password", "own");
  }

  @Test
  void secretsAreNeverShown() {
    assertThat(parse("postgresql://ada:geheim@db/m")).hasToString("jdbc:postgresql://db:5432/m");
    for (String wrong :
        new String[] {
          "mysql://a:geheim@db/m",
          "postgresql://a:geheim@db",
          "postgresql://a:gehe im@db/m",
          "postgresql://a:ge/heim@db/m",
          "postgresql://a:12/heim@db/m",
          "postgresql:///m"
        }) {
      assertThatThrownBy(() -> parse(wrong))
          .hasMessage(
              "--postgres is no URL of a database such as postgresql://user@host:5432/metaflow");
    }
  }
}
