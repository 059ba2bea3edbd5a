package io.nightjar.clicks;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/** Counts records by verdict. */
public final class VerdictCounts {
  private final Map<Verdict, long[]> counts = new EnumMap<>(Verdict.class);

  public VerdictCounts() {
    for (Verdict verdict : Verdict.values()) {
      counts.put(verdict, new long[1]);
    }
  }

  /** Counts one more. */
  public void add(Verdict verdict) {
    counts.get(verdict)[0]++;
  }

  /** Passes on every verdict that came up, with its count. */
  public void forEach(ObjLongConsumer<Verdict> consumer) {
    counts.forEach(
        (verdict, count) -> {
          if (count[0] > 0) {
            consumer.accept(verdict, count[0]);
          }
        });
  }
}
