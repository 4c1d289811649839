package io.flowledger.deploy.audit;

import io.flowledger.projector.audit.Finding;
import io.flowledger.projector.audit.PartitionProof;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.text.JsonText;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The JSON of audits. A running one tells a line at a time: {@code {"progress": "..."}}, for every
 * partition {@code {"proof": {...}}}, and at the end either {@code {"end": true}} or {@code
 * {"failure": "why it could not be run to its end"}}.
 */
public final class AuditJson {

  public static final String PROGRESS = "progress";
  public static final String PROOF = "proof";
  public static final String FAILURE = "failure";
  public static final String END = "end";

  private AuditJson() {}

  /** A line, without its end. */
  public static String progress(String progress) {
    return new JsonText(128).raw("{\"progress\": ").string(progress).raw("}").toString();
  }

  /** A line, without its end. */
  public static String failure(String why) {
    return new JsonText(128).raw("{\"failure\": ").string(why).raw("}").toString();
  }

  /** A line, without its end. */
  public static String end() {
    return "{\"end\": true}";
  }

  /** A line, without its end. */
  public static String proof(PartitionProof proof) {
    JsonText json = new JsonText(512).raw("{\"proof\": {\"outcome\": ");
    json.string(proof.outcome().name().toLowerCase(Locale.ROOT)).raw(", ");
    PartitionHead.list(json, List.of(proof.head())).raw(", \"rows\": ").number(proof.rows());
    json.raw(", \"remark\": ").string(proof.remark()).raw(", \"findings\": [");
    String separator = "";
    for (Finding finding : proof.findings()) {
      json.raw(separator).raw("{\"place\": ").string(finding.place());
      json.raw(", \"what\": ").string(finding.what()).raw("}");
      separator = ", ";
    }
    return json.raw("]}}").toString();
  }

  public static PartitionProof proof(JsonObject json) {
    return new PartitionProof(
        PartitionProof.Outcome.valueOf(json.getString("outcome").toUpperCase(Locale.ROOT)),
        heads(json).get(0),
        json.getLong("rows"),
        json.getJsonArray("findings").stream()
            .map(JsonObject.class::cast)
            .map(finding -> new Finding(finding.getString("place"), finding.getString("what")))
            .toList(),
        json.getString("remark"));
  }

  /**
   * The heads of an object as {@code GET /audit/head} answers it, which may hold more.
   *
   * @throws AuditFailure when they are not there
   */
  public static List<PartitionHead> heads(String text) {
    try {
      return heads(new JsonObject(text));
    } catch (DecodeException e) {
      throw new AuditFailure("it is no JSON");
    }
  }

  public static List<PartitionHead> heads(JsonObject json) {
    try {
      JsonArray heads = json.getJsonArray("heads");
      if (heads == null) {
        throw new AuditFailure("it has no heads");
      }
      return heads.stream().map(JsonObject.class::cast).map(AuditJson::head).toList();
    } catch (ClassCastException
        | ArithmeticException
        | IllegalArgumentException
        | NullPointerException e) {
      throw new AuditFailure("its heads are not as GET /audit/head tells them", e);
    }
  }

  private static PartitionHead head(JsonObject json) {
    byte[] hash = HexFormat.of().parseHex(json.getString("sha256"));
    if (hash.length != LogHead.HASH_BYTES || !(json.getValue("topic") instanceof String topic)) {
      throw new IllegalArgumentException("no SHA-256, or no topic");
    }
    return new PartitionHead(
        topic,
        Math.toIntExact(exact(json, "partition", 0)),
        new LogHead(exact(json, "offset", -1), exact(json, "records", 0), hash));
  }

  /** As it is written: a number that was cut to size would be another one. */
  private static long exact(JsonObject json, String name, long least) {
    long number = new BigDecimal(json.getNumber(name).toString()).longValueExact();
    if (number < least) {
      throw new IllegalArgumentException(name + " is less than " + least);
    }
    return number;
  }
}
