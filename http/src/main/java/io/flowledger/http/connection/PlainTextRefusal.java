package io.flowledger.http.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/**
 * Tells whoever sends a request in clear text to a port of TLS so, in clear text. The first byte
 * decides: of TLS it is 22, the type of a handshake (RFC 8446 section 5.1), of HTTP a letter.
 */
final class PlainTextRefusal extends ChannelInboundHandlerAdapter {

  private static final String MESSAGE =
      "{\"message\": \"this port speaks TLS only: its URL begins with https://\"}";
  private static final String ANSWER =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: "
          + MESSAGE.length()
          + "\r\nConnection: close\r\n\r\n"
          + MESSAGE;

  private boolean refused;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes && (refused || isText(bytes))) {
      bytes.release();
      if (!refused) {
        refused = true;
        context
            .writeAndFlush(
                ByteBufUtil.encodeString(
                    context.alloc(), java.nio.CharBuffer.wrap(ANSWER), StandardCharsets.US_ASCII))
            .addListener(ChannelFutureListener.CLOSE);
      }
      return;
    }
    context.fireChannelRead(message);
    context.pipeline().remove(this);
  }

  private static boolean isText(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      return false;
    }
    int first = bytes.getUnsignedByte(bytes.readerIndex());
    return first >= 'A' && first <= 'Z';
  }
}
