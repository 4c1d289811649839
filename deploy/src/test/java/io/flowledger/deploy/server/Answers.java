package io.flowledger.deploy.server;

import io.flowledger.deploy.server.RandomRequests.Sent;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may be answered to whatever is sent. */
final class Answers {

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: (\\d+)");
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int SHOWN = 1_000;

  private final String all;
  private int at;
  private boolean closes;

  private Answers(String all) {
    this.all = all;
  }

  static String shown(String answer) {
    return answer.length() > SHOWN ? answer.substring(0, SHOWN) + "..." : answer;
  }

  /** Whether it, or a part of it, begins to tell events as they come. */
  static boolean isTail(String answer) {
    return answer.contains("content-type: text/event-stream")
        || answer.contains("Content-Type: text/event-stream");
  }

  /** The status of the first one; empty where there is none. */
  static String first(String answer) {
    Matcher status = STATUS.matcher(answer);
    return status.lookingAt() ? status.group(1) : "";
  }

  /**
   * Checks all that a server has sent.
   *
   * @throws AssertionError when no well-made server would
   */
  static void check(Sent sent, String all) {
    Answers answers = new Answers(all);
    if (sent.inDoubt()) {
      answers.noFaults();
    } else if (isTail(all)) {
      answers.head();
    } else {
      answers.oneEach(sent.methods());
    }
  }

  private AssertionError wrong(String what) {
    return new AssertionError(
        "%s, at byte %d of the answer: %s"
            .formatted(what, at, shown(all.substring(Math.min(at, all.length())))));
  }

  /** However many requests it has seen. */
  private void noFaults() {
    if (!all.isEmpty() && !STATUS.matcher(all).lookingAt()) {
      throw wrong("what is sent is no HTTP");
    }
    Matcher statuses = STATUS.matcher(all);
    while (statuses.find()) {
      at = statuses.start();
      int end = all.indexOf(END_OF_HEAD, at);
      checkStatus(Integer.parseInt(statuses.group(1)), end < 0 ? "" : all.substring(at, end));
    }
  }

  private void checkStatus(int status, String head) {
    if (status >= 500 && status != 503) {
      throw wrong("a fault");
    }
    if (status == 503 && !head.toLowerCase(Locale.ROOT).contains("\r\nretry-after: ")) {
      throw wrong("503 without Retry-After");
    }
  }

  private void oneEach(List<String> methods) {
    for (String method : methods) {
      if (closes) {
        break; // what follows is not looked at
      }
      one(method);
    }
    if (at < all.length()) {
      throw wrong("more answers than requests");
    }
  }

  private void one(String method) {
    String head = head();
    int status = status(head);
    while (status < 200) {
      head = head();
      status = status(head);
    }
    checkStatus(status, head);
    String headers = head.toLowerCase(Locale.ROOT);
    closes = headers.contains("\r\nconnection: close");
    Matcher length = LENGTH.matcher(headers);
    boolean hasLength = length.find();
    boolean methodIsKnown = head.startsWith("HTTP/1.1"); // where the first line can be read
    if ((method.equals("HEAD") && methodIsKnown) || status == 204 || status == 304) {
      return;
    }
    if (headers.contains("\r\ntransfer-encoding: chunked")) {
      chunks();
    } else if (hasLength) {
      skip(Integer.parseInt(length.group(1)));
    } else {
      throw wrong("an answer without an end");
    }
  }

  private String head() {
    int end = all.indexOf(END_OF_HEAD, at);
    if (end < 0 || !STATUS.matcher(all).region(at, end).lookingAt()) {
      throw wrong("an answer is missing");
    }
    String head = all.substring(at, end);
    at = end + END_OF_HEAD.length();
    return head;
  }

  private static int status(String head) {
    return Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
  }

  private void skip(int bytes) {
    if (bytes > all.length() - at) {
      throw wrong("an answer that is cut off");
    }
    at += bytes;
  }

  private void chunks() {
    int size;
    do {
      int end = all.indexOf("\r\n", at);
      if (end < 0) {
        throw wrong("an answer that is cut off");
      }
      size = Integer.parseInt(all.substring(at, end), 16);
      at = end + 2;
      skip(size + 2);
    } while (size > 0);
  }
}
