package io.flowledger.deploy.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The public keys of an issuer, which may change while the server runs. */
final class TokenKeys {

  private static final int CONNECT_MS = 3000;
  private static final int READ_MS = 3000;
  private static final int MOST_BYTES = 1 << 20;
  private static final long OUTAGE_MS = 4 * 3600 * 1000L;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

  private TokenKeys() {}

  /**
   * Keys from where the rules say. They are fetched when a token needs them, some minutes before
   * they are too old, and again when a token names one that is not known; the last ones count for
   * some hours while the issuer does not answer.
   *
   * @throws IllegalArgumentException when it is no URL, and no file that can be read
   */
  static JWSKeySelector<SecurityContext> at(String place, Set<JWSAlgorithm> algorithms) {
    return isUrl(place)
        ? new JWSVerificationKeySelector<>(
            algorithms,
            lasting(
                JWKSourceBuilder.create(
                    url(place), new DefaultResourceRetriever(CONNECT_MS, READ_MS, MOST_BYTES))))
        : inFile(Path.of(place), algorithms);
  }

  private static JWKSource<SecurityContext> lasting(JWKSourceBuilder<SecurityContext> keys) {
    return keys.retrying(true).outageTolerant(OUTAGE_MS).build();
  }

  private static JWSKeySelector<SecurityContext> inFile(Path file, Set<JWSAlgorithm> algorithms) {
    boolean named;
    try {
      named = read(file).getKeys().stream().allMatch(key -> key.getKeyID() != null);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read the keys in %s: %s".formatted(file, e.getMessage()), e);
    }
    JWKSource<SecurityContext> keys = lasting(JWKSourceBuilder.create(new KeyFileSource(file)));
    return named
        ? new JWSVerificationKeySelector<>(algorithms, keys)
        : new NamelessKeys(algorithms, keys);
  }

  /** Keys without names, as those in PEM are: whatever a token calls its key, all are tried. */
  private static final class NamelessKeys extends JWSVerificationKeySelector<SecurityContext> {

    NamelessKeys(Set<JWSAlgorithm> algorithms, JWKSource<SecurityContext> keys) {
      super(algorithms, keys);
    }

    @Override
    protected @Nullable JWKMatcher createJWKMatcher(JWSHeader header) {
      return super.createJWKMatcher(new JWSHeader.Builder(header).keyID(null).build());
    }
  }

  private static boolean isUrl(String place) {
    return place.startsWith("https://") || place.startsWith("http://");
  }

  private static URL url(String place) {
    try {
      return URI.create(place).toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(place + " is no URL", e);
    }
  }

  /** A file that is read again as a URL would be. */
  private record KeyFileSource(Path file) implements JWKSetSource<SecurityContext> {

    @Override
    public JWKSet getJWKSet(
        JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context)
        throws JWKSetUnavailableException {
      try {
        return read(file);
      } catch (IOException e) {
        throw new JWKSetUnavailableException("cannot read " + file, e);
      }
    }

    @Override
    public void close() {}
  }

  private static JWKSet read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("it is larger than " + MOST_BYTES + " bytes");
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    try {
      return text.contains("-----BEGIN") ? new JWKSet(ofPem(text)) : JWKSet.parse(text);
    } catch (ParseException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("it has neither a JSON Web Key Set nor public keys in PEM", e);
    }
  }

  private static List<JWK> ofPem(String text) throws GeneralSecurityException {
    List<JWK> keys = new ArrayList<>();
    Matcher blocks = PEM.matcher(text);
    while (blocks.find()) {
      keys.add(key(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(blocks.group(1)))));
    }
    if (keys.isEmpty()) {
      throw new GeneralSecurityException("there is no public key in it");
    }
    return keys;
  }

  private static JWK key(X509EncodedKeySpec encoded) throws GeneralSecurityException {
    try {
      return new RSAKey.Builder(
              (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(encoded))
          .build();
    } catch (GeneralSecurityException notRsa) {
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(encoded);
      ECPublicKey elliptic = (ECPublicKey) key;
      return new ECKey.Builder(Curve.forECParameterSpec(elliptic.getParams()), elliptic).build();
    }
  }
}
