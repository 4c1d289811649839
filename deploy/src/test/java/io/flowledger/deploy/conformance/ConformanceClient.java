package io.flowledger.deploy.conformance;

import io.flowledger.deploy.conformance.ConformanceExchange.Header;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * HTTP/1.1 over a plain socket, a connection per request: what is sent is to the byte what the
 * caller says, however odd the path, the method or the body.
 */
public final class ConformanceClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int CHUNK = 64 * 1024;

  private final int port;

  /** An answer; the body as ISO 8859-1, a character per byte. */
  public record Answer(int status, List<Header> headers, String body) {
    Optional<String> header(String name) {
      return Header.find(headers, name);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder().append(status).append('\n');
      headers.forEach(header -> text.append(header).append('\n'));
      return text.append('\n').append(body).toString();
    }
  }

  ConformanceClient(int port) {
    this.port = port;
  }

  Answer send(String method, String target, List<Header> headers, byte[] body) throws IOException {
    boolean chunked = Header.find(headers, "Transfer-Encoding").isPresent();
    List<String> head = new ArrayList<>();
    head.add(method + " " + target + " HTTP/1.1");
    head.add("Host: 127.0.0.1:" + port);
    head.add("Connection: close");
    headers.forEach(header -> head.add(header.toString()));
    if (!chunked && (body.length > 0 || method.startsWith("P"))) {
      head.add("Content-Length: " + body.length);
    }
    byte[] start = (String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
      writeInBackground(socket, start, chunked ? chunked(body) : body);
      return read(new BufferedInputStream(socket.getInputStream()), method.equals("HEAD"));
    }
  }

  /** The server may answer, and close, before it has read a body that is too large. */
  private static void writeInBackground(Socket socket, byte[] start, byte[] body) {
    Thread writer =
        new Thread(
            () -> {
              try {
                OutputStream out = socket.getOutputStream();
                out.write(start);
                out.write(body);
                out.flush();
              } catch (IOException closed) {
                // What the server makes of it is read by the other thread.
              }
            },
            "conformance-writer");
    writer.setDaemon(true);
    writer.start();
  }

  private static byte[] chunked(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int from = 0; from < body.length; from += CHUNK) {
      int length = Math.min(CHUNK, body.length - from);
      out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body, from, length);
      out.writeBytes(new byte[] {'\r', '\n'});
    }
    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static Answer read(InputStream in, boolean toHead) throws IOException {
    while (true) {
      int status = Integer.parseInt(readLine(in).split(" ")[1]);
      List<Header> headers = new ArrayList<>();
      for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
        headers.add(Header.parse(line));
      }
      if (status >= 200) {
        boolean bodiless = toHead || status == 204 || status == 304;
        // After an answer without a body nothing may follow: what does is shown as its body.
        byte[] body = bodiless ? in.readAllBytes() : readBody(in, headers);
        return new Answer(
            status, List.copyOf(headers), new String(body, StandardCharsets.ISO_8859_1));
      }
    }
  }

  private static byte[] readBody(InputStream in, List<Header> headers) throws IOException {
    if (Header.find(headers, "Transfer-Encoding").isPresent()) {
      return readChunks(in);
    }
    Optional<String> length = Header.find(headers, "Content-Length");
    return length.isPresent() ? readExactly(in, Integer.parseInt(length.get())) : in.readAllBytes();
  }

  private static byte[] readChunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(readLine(in), 16);
      body.writeBytes(readExactly(in, length));
      readLine(in);
      if (length == 0) {
        return body.toByteArray();
      }
    }
  }

  private static byte[] readExactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection was closed within the head of the answer: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
