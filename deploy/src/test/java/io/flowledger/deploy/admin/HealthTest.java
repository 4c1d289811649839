package io.flowledger.deploy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.readmodel.ReadModel.Readiness;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {

  private static final Readiness READY = new Readiness(true, "");
  private static final Readiness OPENING = new Readiness(false, "views are not readable");
  private static final Optional<String> FULL = Optional.of("the disk is nearly full");

  @Test
  void readsAndWritesAreToldApartWhereOneIsNotWell() {
    assertThat(new Health(READY, Optional.empty(), List.of()).toJson())
        .isEqualTo("{\"status\": \"UP\"}");
    assertThat(new Health(new Readiness(true, "waiting"), Optional.empty(), List.of()).toJson())
        .isEqualTo("{\"status\": \"UP\", \"message\": \"waiting\"}");
    assertThat(new Health(READY, FULL, List.of()).toJson())
        .isEqualTo(
            "{\"status\": \"DOWN\", \"reads\": \"UP\", \"writes\": \"DOWN\", \"message\": \"the disk"
                + " is nearly full\"}");
    assertThat(new Health(OPENING, Optional.empty(), List.of()).toJson())
        .isEqualTo(
            "{\"status\": \"DOWN\", \"reads\": \"DOWN\", \"writes\": \"UP\", \"message\": \"views are"
                + " not readable\"}");
    assertThat(new Health(OPENING, FULL, List.of()).toJson())
        .isEqualTo(
            "{\"status\": \"DOWN\", \"reads\": \"DOWN\", \"writes\": \"DOWN\", \"message\": \"the disk"
                + " is nearly full; views are not readable\"}");
  }
}
