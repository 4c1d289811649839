package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {

  @TempDir private Path folder;

  private Path process(byte[] commandLine) throws IOException {
    return Files.write(folder.resolve("cmdline"), commandLine);
  }

  @Test
  void whatTheLocaleHasLostIsReadAgain() throws IOException {
    byte[] given =
        "java\0-jar\0x.jar\0search\0--tag\0\u00fcn\u00ef\0\0".getBytes(StandardCharsets.UTF_8);
    assertThat(
            Arguments.utf8(
                new String[] {"search", "--tag", "\ufffd\ufffdn\ufffd\ufffd", ""}, process(given)))
        .containsExactly("search", "--tag", "\u00fcn\u00ef", "");
    assertThat(Arguments.utf8(new String[0], process(given))).isEmpty();
  }

  @Test
  void whatIsNotThereOrNoUtf8StaysAsItIs() throws IOException {
    String[] decoded = {"search", "\u00fc"};
    byte[] latin = "java\0search\0\u00fc\0".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Arguments.utf8(decoded, process(latin))).containsExactly(decoded);
    assertThat(Arguments.utf8(decoded, process(new byte[] {'a', 0}))).containsExactly(decoded);
    assertThat(Arguments.utf8(decoded, folder.resolve("none"))).containsExactly(decoded);
  }
}
