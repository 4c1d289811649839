package io.flowledger.ingest.body;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which clients send heartbeats: those from 2.2.12 on, and of the 1.x line those from 1.14.0 on. A
 * list of system tags that names no version comes from a client that does not; where there is no
 * list or no legible version, the client gets the benefit of the doubt, as with the reference
 * service.
 */
public final class MetaflowVersion {

  private static final String TAG = "metaflow_version:";
  private static final Pattern RELEASE =
      Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?(?:\\.(\\d{1,6}))?.*");
  private static final long FIRST_OF_2 = packed(2, 2, 12);
  private static final long FIRST_OF_1 = packed(1, 14, 0);

  private MetaflowVersion() {}

  public static boolean sendsHeartbeats(@Nullable List<String> systemTags) {
    if (systemTags == null) {
      return true;
    }
    Optional<String> version =
        systemTags.stream()
            .filter(tag -> tag.startsWith(TAG))
            .map(tag -> tag.substring(TAG.length()))
            .findFirst();
    return version.isPresent() && sendsHeartbeats(version.get());
  }

  private static boolean sendsHeartbeats(String version) {
    Matcher release = RELEASE.matcher(version);
    if (!release.matches()) {
      return true;
    }
    long found = packed(part(release, 1), part(release, 2), part(release, 3));
    return found >= FIRST_OF_2 || (found >= FIRST_OF_1 && found < packed(2, 0, 0));
  }

  private static int part(Matcher release, int group) {
    String digits = release.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static long packed(int major, int minor, int patch) {
    return ((long) major << 40) + ((long) minor << 20) + patch;
  }
}
