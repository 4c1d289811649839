package io.flowledger.http.telemetry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The templates of all paths that have an endpoint, as in {@code /flows/:flow_id}, and which of
 * them a path is of. Asked for every request, whatever becomes of it: so also what was refused
 * before it came to an endpoint, or is answered by another node, is told by the endpoint that it
 * was meant for. The templates are a tree of segments, and nothing is allocated to find one.
 *
 * <p>Where several templates have a path, the one that names most of its segments is taken, from
 * the left; {@code *} at the end of a template stands for all that begins like it.
 */
public final class RouteTemplates {

  /** Of paths that have no endpoint. */
  public static final String NONE = "";

  private static final String ANY_REST = "*";

  private final Node root = new Node("");

  private static final class Node {
    final String segment;
    final List<Node> named = new ArrayList<>();
    @Nullable Node parameter;
    @Nullable String template; // of what ends here
    @Nullable String rest; // template of all below

    Node(String segment) {
      this.segment = segment;
    }

    Node below(String next) {
      if (next.startsWith(":")) {
        if (parameter == null) {
          parameter = new Node(next);
        }
        return parameter;
      }
      for (Node known : named) {
        if (known.segment.equals(next)) {
          return known;
        }
      }
      Node added = new Node(next);
      named.add(added);
      return added;
    }
  }

  /**
   * @param templates each begins with a slash; of two that differ in the names of parameters only,
   *     the first one is told
   */
  public RouteTemplates(Collection<String> templates) {
    templates.forEach(this::add);
  }

  private void add(String template) {
    Node node = root;
    for (String segment : template.substring(1).split("/", -1)) {
      if (segment.equals(ANY_REST)) {
        node.rest = node.rest == null ? template : node.rest;
        return;
      }
      node = node.below(segment);
    }
    node.template = node.template == null ? template : node.template;
  }

  /**
   * The template of a path; {@link #NONE} where it has no endpoint.
   *
   * @param path as it is routed, without a query
   */
  public String of(String path) {
    String found = path.startsWith("/") ? find(root, path, 1) : null;
    return found == null ? NONE : found;
  }

  private static @Nullable String find(Node node, String path, int from) {
    int slash = path.indexOf('/', from);
    int to = slash < 0 ? path.length() : slash;
    for (Node next : node.named) {
      if (next.segment.length() == to - from && path.startsWith(next.segment, from)) {
        String found = enter(next, path, to);
        if (found != null) {
          return found;
        }
      }
    }
    if (node.parameter != null && to > from) {
      String found = enter(node.parameter, path, to);
      if (found != null) {
        return found;
      }
    }
    return node.rest;
  }

  private static @Nullable String enter(Node node, String path, int to) {
    if (to < path.length()) {
      return find(node, path, to + 1);
    }
    return node.template == null ? node.rest : node.template;
  }
}
