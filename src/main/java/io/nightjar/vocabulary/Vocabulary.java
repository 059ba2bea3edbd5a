package io.nightjar.vocabulary;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The items that a model knows. Index 0 is padding and no item; items are 1 to {@link #items()},
 * the most frequent first, equals by id.
 */
public final class Vocabulary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The index that stands for no item. */
  public static final int PADDING = 0;

  private final String[] ids;
  private final long[] counts;
  private final Map<String, Integer> indices;

  private Vocabulary(String[] ids, long[] counts) {
    this.ids = ids;
    this.counts = counts;
    this.indices = new HashMap<>(2 * ids.length);
    for (int index = 1; index < ids.length; index++) {
      indices.put(ids[index], index);
    }
  }

  /** An item and how often training saw it. */
  public record Entry(String itemId, long count) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** A vocabulary of these items; the first one gets index 1. */
  public static Vocabulary of(List<Entry> entries) {
    String[] ids = new String[entries.size() + 1];
    long[] counts = new long[entries.size() + 1];
    for (int i = 0; i < entries.size(); i++) {
      ids[i + 1] = entries.get(i).itemId();
      counts[i + 1] = entries.get(i).count();
    }
    return new Vocabulary(ids, counts);
  }

  /** Number of items; the padding is not counted. */
  public int items() {
    return ids.length - 1;
  }

  /** Rows of a matrix with one row per index, the padding's included. */
  public int size() {
    return ids.length;
  }

  /** The item's index, or {@link #PADDING} for an item that is not in the vocabulary. */
  public int index(String itemId) {
    return indices.getOrDefault(itemId, PADDING);
  }

  /** The item's id; {@code index} is from 1 to {@link #items()}. */
  public String itemId(int index) {
    return ids[index];
  }

  /** Whether every item of another vocabulary has the same index here. */
  public boolean startsWith(Vocabulary other) {
    return other.ids.length <= ids.length
        && Arrays.equals(ids, 0, other.ids.length, other.ids, 0, other.ids.length);
  }

  /** How often training saw each item, by index; [0] is 0. A copy. */
  public long[] counts() {
    return counts.clone();
  }

  /** Indices of those items of a sequence that are in the vocabulary, in the same order. */
  public int[] indicesOfKnown(List<String> itemIds) {
    return itemIds.stream().mapToInt(this::index).filter(index -> index != PADDING).toArray();
  }

  /** SHA-256 over the ids in the order of their indices, in hexadecimal. */
  public String checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int index = 1; index < ids.length; index++) {
        digest.update(ids[index].getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
