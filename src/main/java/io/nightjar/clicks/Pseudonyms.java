package io.nightjar.clicks;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Replaces ids by their HMAC-SHA-256 (RFC 2104) under a secret key, as 64 hexadecimal digits: the
 * same id is always the same pseudonym, and without the key nobody can tell which. Not safe for use
 * by several threads at once; every task has its own copy.
 */
public final class Pseudonyms implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int LEAST_KEY_BYTES = 16;
  private static final int MOST_KEY_BYTES = 1 << 16;
  private static final int KEY_ID_BYTES = 4;

  private final byte[] key;
  private transient Mac mac;

  private Pseudonyms(byte[] key) {
    this.key = key;
  }

  /**
   * Reads the key.
   *
   * @param file any Hadoop path; its bytes are the key, at least 16 of them; empty: ids stay as
   *     they are and the result is null
   * @throws InputException if the file cannot be read or is too short
   */
  public static Pseudonyms read(String file, Configuration hadoop) {
    if (file.isEmpty()) {
      return null;
    }
    Path path = new Path(file);
    try (FSDataInputStream in = path.getFileSystem(hadoop).open(path)) {
      byte[] key = in.readNBytes(MOST_KEY_BYTES);
      if (key.length < LEAST_KEY_BYTES) {
        throw new InputException(
            "The key in "
                + path
                + " has "
                + key.length
                + " bytes; expected at least "
                + LEAST_KEY_BYTES
                + ", like those of `head -c 32 /dev/urandom`.");
      }
      return new Pseudonyms(key);
    } catch (IOException e) {
      throw new InputException(
          "nightjar.input.pseudonyms.key-file is "
              + file
              + ", which cannot be read ("
              + e.getMessage()
              + "); expected a file whose bytes are the key.",
          e);
    }
  }

  /** Names the key without giving it away: the first bytes of its SHA-256. */
  public String keyId() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return HexFormat.of().formatHex(digest, 0, KEY_ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The pseudonym of an id. */
  public UTF8String of(UTF8String id) {
    return UTF8String.fromString(HexFormat.of().formatHex(mac().doFinal(id.getBytes())));
  }

  /** The pseudonym of an id. */
  public String of(String id) {
    return HexFormat.of().formatHex(mac().doFinal(id.getBytes(StandardCharsets.UTF_8)));
  }

  private Mac mac() {
    try {
      if (mac == null) {
        mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(key, ALGORITHM));
      }
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }
}
