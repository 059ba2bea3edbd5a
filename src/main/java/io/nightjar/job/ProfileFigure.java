package io.nightjar.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One figure of a night's profile.
 *
 * @param name like {@code events} or {@code events_by_type.view}
 * @param meanBefore the mean over the nights before; null if none of them has the figure
 * @param ratio tonight over that mean; null where the mean is 0 or not known
 */
@JsonPropertyOrder({"figure", "tonight", "mean_before", "ratio"})
record ProfileFigure(
    @JsonProperty("figure") String name,
    Number tonight,
    @JsonProperty("mean_before") Number meanBefore,
    Number ratio) {
  /** A night that has no event of a type or hour does not name it. */
  private static final Set<String> ABSENT_IS_ZERO = Set.of("events_by_type", "events_by_hour");

  /** Event types that are shown, the most frequent ones; logs may have thousands that are noise. */
  private static final int MOST_MEMBERS = 24;

  private static final double DIGITS = 1e4;

  /** All numbers of a profile, in its order, each beside the profiles of the nights before. */
  static List<ProfileFigure> of(JsonNode tonight, List<JsonNode> nightsBefore) {
    List<ProfileFigure> figures = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : tonight.properties()) {
      if (entry.getValue().isNumber()) {
        figures.add(figure(tonight, nightsBefore, entry.getKey(), ""));
      } else if (entry.getValue().isObject()) {
        for (String member : members(entry.getKey(), tonight, nightsBefore)) {
          figures.add(figure(tonight, nightsBefore, entry.getKey(), member));
        }
      }
    }
    return figures;
  }

  /** What a group counts tonight, and what it only counted before. */
  private static List<String> members(String group, JsonNode tonight, List<JsonNode> nightsBefore) {
    Set<String> members = new LinkedHashSet<>();
    Stream.concat(Stream.of(tonight), nightsBefore.stream())
        .flatMap(night -> night.path(group).properties().stream())
        .sorted(
            (one, other) -> Double.compare(other.getValue().asDouble(), one.getValue().asDouble()))
        .map(Map.Entry::getKey)
        .forEach(members::add);
    return members.stream().limit(MOST_MEMBERS).sorted().toList();
  }

  private static ProfileFigure figure(
      JsonNode tonight, List<JsonNode> nightsBefore, String group, String member) {
    double value = value(tonight, group, member).asDouble();
    double[] before =
        nightsBefore.stream()
            .map(night -> value(night, group, member))
            .filter(known -> known.isNumber() || ABSENT_IS_ZERO.contains(group))
            .mapToDouble(JsonNode::asDouble)
            .toArray();
    Double mean =
        before.length == 0 ? null : Double.valueOf(Arrays.stream(before).sum() / before.length);
    return new ProfileFigure(
        member.isEmpty() ? group : group + "." + member,
        rounded(value),
        mean == null ? null : rounded(mean),
        mean == null || mean == 0 ? null : rounded(value / mean));
  }

  private static JsonNode value(JsonNode night, String group, String member) {
    return member.isEmpty() ? night.path(group) : night.path(group).path(member);
  }

  /** Counts as whole numbers, everything else to four digits. */
  private static Number rounded(double value) {
    double rounded = Math.round(value * DIGITS) / DIGITS;
    if (rounded == Math.rint(rounded)) {
      return (long) rounded;
    }
    return rounded;
  }
}
