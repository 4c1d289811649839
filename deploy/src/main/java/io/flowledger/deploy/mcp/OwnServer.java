package io.flowledger.deploy.mcp;

import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Where the tools for models reach the server that they are of. */
public interface OwnServer {

  /** In clear text, where its clients reach it. */
  OwnServer AT_ITS_ADDRESS =
      new OwnServer() {
        @Override
        public String url(SocketAddress called) {
          String host = called.hostAddress();
          return "http://%s:%d"
              .formatted(host.contains(":") ? "[" + host + "]" : host, called.port());
        }

        @Override
        public Map<String, String> headers(RoutingContext request) {
          return Map.of();
        }
      };

  /**
   * Its URL, without a slash at its end.
   *
   * @param called the address that the request for a tool has come to: one that it listens on
   */
  String url(SocketAddress called);

  /**
   * What requests to it have beside the credentials of the caller.
   *
   * @param request that a tool is called by
   */
  Map<String, String> headers(RoutingContext request);
}
