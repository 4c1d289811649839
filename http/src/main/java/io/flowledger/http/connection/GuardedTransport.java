package io.flowledger.http.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The transport of NIO, where a port takes the connections only that its {@link AcceptRules} let
 * in. Vert.x itself tells of a connection when it has been encrypted: until then nobody would count
 * it.
 */
public final class GuardedTransport extends NioTransport {

  private final Map<Integer, AcceptRules> byPort = new ConcurrentHashMap<>();

  private GuardedTransport() {}

  /** A Vert.x whose ports may have rules. */
  public static Vertx vertx(VertxOptions options) {
    GuardedTransport transport = new GuardedTransport();
    return Vertx.builder().with(options).withTransport(new Named(transport)).build();
  }

  /**
   * Gives a port, before it listens, its rules.
   *
   * @param vertx made by {@link #vertx}
   * @throws IllegalArgumentException when it was not, so that nothing would hold to the rules
   */
  public static void guard(Vertx vertx, int port, AcceptRules rules) {
    if (!(((VertxInternal) vertx).transport() instanceof GuardedTransport transport)) {
      throw new IllegalArgumentException("ports of this Vert.x have no rules");
    }
    transport.byPort.put(port, rules);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    ChannelFactory<? extends ServerChannel> unguarded = super.serverChannelFactory(domainSocket);
    return () -> {
      ServerChannel channel = unguarded.newChannel();
      channel.pipeline().addLast("acceptRules", new Acceptance());
      return channel;
    };
  }

  /** Stands before what gives a connection to an event loop. */
  private final class Acceptance extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Channel connection
          && context.channel().localAddress() instanceof InetSocketAddress here
          && connection.remoteAddress() instanceof InetSocketAddress from) {
        AcceptRules rules = byPort.get(here.getPort());
        if (rules != null && !take(connection, from, rules)) {
          return;
        }
      }
      context.fireChannelRead(message);
    }

    private static boolean take(Channel connection, InetSocketAddress from, AcceptRules rules) {
      if (!rules.accept(from.getAddress())) {
        connection.unsafe().closeForcibly(); // no event loop has it yet
        return false;
      }
      connection.closeFuture().addListener(closed -> rules.closed(from.getAddress()));
      if (rules.isTls()) {
        connection.pipeline().addLast("plainText", new PlainTextRefusal());
      }
      return true;
    }
  }

  /** As Vert.x wants to be given a transport. */
  private record Named(Transport implementation) implements io.vertx.core.transport.Transport {
    @Override
    public String name() {
      return "nio-guarded";
    }

    @Override
    public boolean available() {
      return true;
    }

    @Override
    public Throwable unavailabilityCause() {
      throw new IllegalStateException("it is available");
    }
  }
}
