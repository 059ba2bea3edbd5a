package io.nightjar.clicks;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/** Counts by name. A name is {@code group/member}, like {@code rule/late} or {@code hour/07}. */
public final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Names of one tally; more of them (event types made of noise) are counted as one. */
  private static final int MOST_NAMES = 10_000;

  private static final String OTHER = "other";

  private final TreeMap<String, long[]> counts = new TreeMap<>();

  /** Counts one more. */
  public void add(String group, String member) {
    add(group, member, 1);
  }

  /** Counts {@code more}. */
  public void add(String group, String member, long more) {
    String name = group + "/" + member;
    boolean isFull = counts.size() >= MOST_NAMES && !counts.containsKey(name);
    counts.computeIfAbsent(isFull ? group + "/" + OTHER : name, key -> new long[1])[0] += more;
  }

  /** Adds another tally's counts. */
  public void addAll(Tally other) {
    other.counts.forEach(
        (name, count) -> counts.computeIfAbsent(name, key -> new long[1])[0] += count[0]);
  }

  /** The count of one name; 0 if it never came up. */
  public long count(String group, String member) {
    long[] count = counts.get(group + "/" + member);
    return count == null ? 0 : count[0];
  }

  /** The counts of a group by member. */
  public Map<String, Long> group(String group) {
    Map<String, Long> members = new TreeMap<>();
    counts
        .tailMap(group + "/")
        .forEach(
            (name, count) -> {
              if (name.startsWith(group + "/")) {
                members.put(name.substring(group.length() + 1), count[0]);
              }
            });
    return members;
  }

  /** The sum of a group. */
  public long total(String group) {
    return group(group).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String toString() {
    Map<String, Long> shown = new TreeMap<>();
    counts.forEach((name, count) -> shown.put(name, count[0]));
    return shown.toString();
  }
}
