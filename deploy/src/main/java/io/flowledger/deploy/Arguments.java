package io.flowledger.deploy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of the process, as UTF-8. The JVM decodes them by the locale, so under {@code
 * LC_ALL=POSIX}, as in containers and cron, all that is not ASCII is lost. The launcher gives it
 * another locale; for those who run the jar, the system still knows what was given, where it tells.
 */
final class Arguments {

  private static final Path GIVEN = Path.of("/proc/self/cmdline");
  private static final String DECODED_BY = "sun.jnu.encoding";

  private Arguments() {}

  /**
   * @param decoded by the JVM
   */
  static String[] utf8(String[] decoded) {
    boolean right = "UTF-8".equalsIgnoreCase(System.getProperty(DECODED_BY, ""));
    return right || !Files.isReadable(GIVEN) ? decoded : utf8(decoded, GIVEN);
  }

  /**
   * @param commandLine file of all arguments of the process, those of the JVM before its own, each
   *     with a zero byte behind it
   */
  static String[] utf8(String[] decoded, Path commandLine) {
    try {
      List<byte[]> all = split(Files.readAllBytes(commandLine));
      if (all.size() < decoded.length) {
        return decoded;
      }
      String[] arguments = new String[decoded.length];
      for (int i = 0; i < decoded.length; i++) {
        arguments[i] = utf8(all.get(all.size() - decoded.length + i), decoded[i]);
      }
      return arguments;
    } catch (IOException e) {
      return decoded;
    }
  }

  private static List<byte[]> split(byte[] bytes) {
    List<byte[]> parts = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        parts.add(Arrays.copyOfRange(bytes, begin, i));
        begin = i + 1;
      }
    }
    return parts;
  }

  /** What is no UTF-8 stays as it is. */
  private static String utf8(byte[] bytes, String decoded) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return decoded;
    }
  }
}
