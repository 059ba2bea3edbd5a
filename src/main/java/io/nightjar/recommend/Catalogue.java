package io.nightjar.recommend;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Map;

/**
 * Which items may be recommended, to anybody.
 *
 * @param eligible item indices that every rule lets pass
 * @param fresh item indices that are new
 * @param categories category number by item index, negative for an item without one; empty without
 *     categories
 * @param removed how many items each rule took out, by its name; an item counts for the first rule
 *     that takes it out
 */
public record Catalogue(
    BitSet eligible, BitSet fresh, int[] categories, Map<String, Integer> removed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Every item of a vocabulary of this size, none of them new. */
  public static Catalogue everything(int vocabularySize) {
    BitSet all = new BitSet(vocabularySize);
    all.set(1, vocabularySize);
    return new Catalogue(all, new BitSet(), new int[0], Map.of());
  }

  /**
   * SHA-256, in hexadecimal, over which items may be recommended, are new, and their categories.
   */
  public String checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(eligible.toByteArray());
      digest.update((byte) 0);
      digest.update(fresh.toByteArray());
      digest.update((byte) 0);
      for (int category : categories) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(category).array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
