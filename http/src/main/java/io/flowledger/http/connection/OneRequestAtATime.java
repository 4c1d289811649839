package io.flowledger.http.connection;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Passes a request on when the one before it on the connection has been answered, and holds back
 * what comes meanwhile: the compression of Netty takes 128 requests at a time and breaks at more.
 * So it is to be in front of that. While anything is held back nothing more is read, so it is what
 * came in one read at most. After a request whose framing is in doubt nothing is passed on: it may
 * be a part of that request.
 *
 * <p>Of one channel, and used by its event loop only.
 */
final class OneRequestAtATime extends ChannelDuplexHandler {

  private final Deque<Object> heldBack = new ArrayDeque<>();
  private boolean answering;
  private boolean received; // the whole of the request that is being answered
  private boolean begun; // its answer
  private boolean inDoubt;
  private boolean readLater;
  private boolean nextIsDue;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (inDoubt) {
      ReferenceCountUtil.release(message);
    } else if (!heldBack.isEmpty() || mustWait(message)) {
      heldBack.add(message);
    } else {
      passOn(context, message);
    }
  }

  private boolean mustWait(Object message) {
    return answering && message instanceof HttpRequest;
  }

  private void passOn(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      answering = true;
      received = false;
      begun = false;
      inDoubt = request.decoderResult().isFailure();
    } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
      inDoubt = true;
      content.setDecoderResult(DecoderResult.failure(malformed(content.decoderResult().cause())));
    }
    received |= message instanceof LastHttpContent;
    context.fireChannelRead(message);
  }

  /** Whether a request is worked on, so that it is not for the client to say anything. */
  boolean isWorking() {
    return answering && received && !begun;
  }

  private static FramingException malformed(Throwable cause) {
    return new FramingException("the body is malformed: " + cause.getMessage());
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (heldBack.isEmpty()) {
      context.read();
    } else {
      readLater = true;
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean last = message instanceof LastHttpContent && !isInterim(message);
    begun |= message instanceof HttpResponse && !isInterim(message);
    context.write(message, promise);
    if (last) {
      answering = false;
      if (!heldBack.isEmpty() && !nextIsDue) {
        // Not from here: the one who writes has not yet noted that the answer is complete.
        nextIsDue = true;
        context.executor().execute(() -> next(context));
      }
    }
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private void next(ChannelHandlerContext context) {
    nextIsDue = false;
    if (context.isRemoved() || heldBack.isEmpty()) {
      return;
    }
    // One request, even if it is answered at once: its answer is sent before the next is passed on.
    while (!heldBack.isEmpty() && !nextIsDue && !mustWait(heldBack.element())) {
      Object message = heldBack.remove();
      if (inDoubt) {
        ReferenceCountUtil.release(message);
      } else {
        passOn(context, message);
      }
    }
    context.fireChannelReadComplete();
    if (heldBack.isEmpty() && readLater) {
      readLater = false;
      context.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    release();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }

  private void release() {
    heldBack.forEach(ReferenceCountUtil::release);
    heldBack.clear();
  }
}
