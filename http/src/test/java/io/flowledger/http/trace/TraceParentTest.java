package io.flowledger.http.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, section 3.2 and its examples. */
class TraceParentTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-03", // of flags only the first is known
        "01-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01-what-the-future-brings",
      })
  void aSpanIsTakenWhateverLaterVersionsAddToIt(String value) {
    assertThat(TraceParent.of(List.of(value)))
        .hasValue(new TraceParent(TRACE, SPAN, true))
        .hasValueSatisfying(
            span -> assertThat(span).hasToString("00-" + TRACE + "-" + SPAN + "-01"));
  }

  @Test
  void whatIsNotRecordedIsNot() {
    TraceParent span = TraceParent.of(List.of("00-" + TRACE + "-" + SPAN + "-00")).orElseThrow();
    assertThat(span.sampled()).isFalse();
    assertThat(span).hasToString("00-" + TRACE + "-" + SPAN + "-00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + TRACE + "-" + SPAN,
        "00-" + TRACE + "-" + SPAN + "-1",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-" + TRACE + "-" + SPAN + "-01 ",
        "cc-" + TRACE + "-" + SPAN + "-01.more",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "0g-" + TRACE + "-" + SPAN + "-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00_" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "x" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-0x",
      })
  void whatIsInvalidIsIgnored(String value) {
    assertThat(TraceParent.of(List.of(value))).isEmpty();
  }

  @Test
  void ofTwoNoneIsKnownToBeMeant() {
    String value = "00-" + TRACE + "-" + SPAN + "-01";
    assertThat(TraceParent.of(List.of(value, value))).isEmpty();
    assertThat(TraceParent.of(List.of())).isEmpty();
  }

  @Test
  void tracesOfClientsGoOnWithASpanOfTheRequest() {
    TraceParent parent = new TraceParent(TRACE, SPAN, true);
    RequestTrace trace = Traces.PASSED_ON.of(Optional.of(parent));
    TraceParent own = trace.own().orElseThrow();
    assertThat(own.traceId()).isEqualTo(TRACE);
    assertThat(own.spanId()).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
    assertThat(own.sampled()).isTrue();
    assertThat(trace.parent()).hasValue(parent);
    assertThat(trace.isRecorded()).isFalse();
    assertThat(Traces.PASSED_ON.of(Optional.empty())).isSameAs(RequestTrace.NONE);
  }

  @Test
  void ofWhatIsRecordedTheFirstPartsAreTold() {
    RequestTrace trace =
        RequestTrace.of(new TraceParent(TRACE, SPAN, true), Optional.empty(), true);
    for (int i = 0; i < 100; i++) {
      trace.add("append", i, i + 1);
    }
    List<RequestTrace.Phase> told = trace.end();
    assertThat(told).hasSize(32);
    assertThat(told.get(0)).isEqualTo(new RequestTrace.Phase("append", 0, 1));
    trace.add("late", 1, 2);
    assertThat(trace.end()).isEqualTo(told);
  }
}
