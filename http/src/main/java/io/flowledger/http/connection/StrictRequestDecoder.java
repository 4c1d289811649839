package io.flowledger.http.connection;

import io.flowledger.http.connection.FramingException.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Reads requests, each when the one before it is over: what has come of further ones stays as it
 * came, since a request takes many times its bytes. Refuses heads that another program on the way
 * could read as another request: RFC 9112, sections 3.2, 5.1, 5.2 and 6.3, where a server may mend
 * what it gets and this one does not.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

  private static final String CHUNKED = "chunked";
  private static final char LAST_OF_ASCII = '~';

  private final Http1ServerConfig limits;
  private final OneRequestAtATime requests;
  private final HeadDeadline deadline;
  private boolean inHead = true;
  private boolean lineBegins; // the byte before was the end of a line of the head
  private boolean nameless;

  /**
   * @param requests which says whether one more may begin
   * @param deadline of each head
   */
  StrictRequestDecoder(
      Http1ServerConfig limits, OneRequestAtATime requests, HeadDeadline deadline) {
    super(limits);
    this.limits = limits;
    this.requests = requests;
    this.deadline = deadline;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (inHead && requests.isBusy(context)) {
      requests.leave(context);
      return;
    }
    int from = in.readerIndex();
    boolean head = inHead;
    int before = out.size();
    super.decode(context, in, out);
    if (head) {
      // One call never reads beyond the head.
      lookForNames(in, from, in.readerIndex());
      if (out.size() == before) {
        deadline.hasPart(context);
      } else {
        deadline.isOver();
      }
    }
    for (int i = before; i < out.size(); i++) {
      follow((HttpObject) out.get(i));
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    deadline.isOver();
    super.handlerRemoved0(context);
  }

  /** Decodes what it has left. */
  void goOn(ChannelHandlerContext context) throws Exception {
    channelRead(context, Unpooled.EMPTY_BUFFER);
  }

  private void follow(HttpObject decoded) {
    if (decoded instanceof HttpRequest request) {
      inHead = false;
      if (request.decoderResult().isSuccess()) {
        check(request);
      } else {
        tellSizes(request);
      }
      answerIn(request);
      lineBegins = false;
      nameless = false;
    }
    if (decoded instanceof LastHttpContent
        || (decoded instanceof HttpContent content && content.decoderResult().isFailure())) {
      inHead = true;
    }
  }

  private void lookForNames(ByteBuf in, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = in.getByte(i);
      nameless |= lineBegins && (b == ' ' || b == '\t' || b == ':');
      lineBegins = b == '\n';
    }
  }

  private void check(HttpRequest request) {
    try {
      if (nameless) {
        throw new FramingException("a line of the head does not begin with the name of a header");
      }
      checkVersion(request.protocolVersion());
      checkTarget(request.uri());
      checkHeaders(request);
    } catch (FramingException e) {
      fail(request, e);
    }
  }

  private void tellSizes(HttpRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      fail(
          request,
          new FramingException(
              Fault.LONG_LINE,
              "its first line is longer than %d bytes"
                  .formatted(limits.getMaxInitialLineLength())));
    } else if (cause instanceof TooLongHttpHeaderException) {
      fail(
          request,
          new FramingException(
              Fault.LARGE_HEADERS,
              "its headers are larger than %d bytes".formatted(limits.getMaxHeaderSize())));
    }
  }

  private static void fail(HttpRequest request, FramingException why) {
    request.setDecoderResult(DecoderResult.failure(why));
  }

  /** The version of a request is that of its answer, also where it is refused for that. */
  private static void answerIn(HttpRequest request) {
    if (!isSpoken(request.protocolVersion())) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
    }
  }

  /** Not those that are equal to Netty, such as http/1.1 and HTTP/01.1. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSpoken(HttpVersion version) {
    return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
  }

  private static void checkVersion(HttpVersion version) {
    if (!isSpoken(version)) {
      throw new FramingException("HTTP/1.1 and HTTP/1.0 are spoken here, in capitals");
    }
  }

  /** RFC 3986 section 2: what others are, is for whoever sends them to say, by escapes. */
  private static void checkTarget(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c > LAST_OF_ASCII) {
        throw new FramingException(
            "the target of the request has a character that is not ASCII, or is a control"
                + " character; it has to be escaped, as in %C3%BC");
      }
    }
  }

  private static void checkHeaders(HttpRequest request) {
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    Iterator<Map.Entry<CharSequence, CharSequence>> headers =
        request.headers().iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = headers.next();
      CharSequence name = header.getKey();
      checkName(name);
      checkValue(header.getValue());
      if (HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
        hosts++;
      } else if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
        lengths++;
      } else if (HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
        codings++;
        checkCoding(header.getValue().toString());
      }
    }
    boolean latest = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    if (hosts > 1 || (latest && hosts == 0)) {
      throw new FramingException("one Host header is needed, not " + hosts);
    }
    if (lengths > 1 || codings > 1 || lengths + codings > 1) {
      throw new FramingException("the length of the body is given twice");
    }
    if (codings > 0 && !latest) {
      throw new FramingException("Transfer-Encoding is not of HTTP/1.0");
    }
  }

  private static void checkName(CharSequence name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenCharacter(name.charAt(i))) {
        throw new FramingException("the name of a header is malformed");
      }
    }
  }

  /** RFC 9110 section 5.6.2. */
  private static boolean isTokenCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  private static void checkValue(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw new FramingException("the value of a header contains a control character");
      }
    }
  }

  private static void checkCoding(String coding) {
    if (!coding.equalsIgnoreCase(CHUNKED)) {
      throw new FramingException("the transfer coding " + coding + " is not known here");
    }
  }

  /** The super class takes the length away, so that it can be seen here only. */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new FramingException("the length of the body is given twice");
  }
}
