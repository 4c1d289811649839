package io.flowledger.deploy.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Resource of the server: a path and its parameters, encoded as a URL has them. */
public final class Resource {

  private static final String[] KINDS = {"flows", "runs", "steps", "tasks", "artifacts"};

  private final String path;
  private final String query;

  private Resource(String path, String query) {
    this.path = path;
    this.query = query;
  }

  public static Resource of(String... segments) {
    Resource resource = new Resource("", "");
    for (String segment : segments) {
      resource = resource.under(segment);
    }
    return resource;
  }

  /** The object of that name. */
  public static Resource of(Pathspec pathspec) {
    Resource resource = new Resource("", "");
    for (int i = 0; i < pathspec.depth(); i++) {
      resource = resource.under(KINDS[i]).under(pathspec.parts().get(i));
    }
    return resource;
  }

  /**
   * @throws CommandFailure when no URL can have the segment
   */
  public Resource under(String segment) {
    if (!Pathspec.of(segment).isReachable()) {
      throw CommandFailure.failed(
          "no URL can name what is called '%s'; runs and tasks have numbers too"
              .formatted(segment));
    }
    return new Resource(path + "/" + encoded(segment), query);
  }

  public Resource with(String parameter, Object value) {
    String separator = query.isEmpty() ? "?" : "&";
    return new Resource(
        path, query + separator + encoded(parameter) + "=" + encoded(value.toString()));
  }

  public Resource with(String parameter, Optional<?> value) {
    return value.isPresent() ? with(parameter, value.get()) : this;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return path + query;
  }
}
