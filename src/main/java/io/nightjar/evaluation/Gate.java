package io.nightjar.evaluation;

import io.nightjar.config.GateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a new model is used. It has to be above every baseline, and not below the model
 * in use by more than a tolerance, in quality and in coverage, all judged on the same cases.
 */
public final class Gate {
  private final GateConfig settings;
  private final String coverage;

  /**
   * @param listLength K of the coverage that is compared
   */
  public Gate(GateConfig settings, int listLength) {
    this.settings = settings;
    this.coverage = "coverage@" + listLength;
  }

  /**
   * What was decided.
   *
   * @param passed whether every check did
   * @param forced whether the model is used although one did not
   */
  public record Verdict(String candidate, boolean passed, boolean forced, List<Check> checks) {

    /** Whether the new model is used. */
    public boolean accepted() {
      return passed || forced;
    }

    /** The verdict if somebody insists. */
    public Verdict force() {
      return new Verdict(candidate, passed, !passed, checks);
    }

    /** One line that says what was decided and why. */
    public String sentence() {
      List<String> reasons =
          checks.stream().filter(check -> !check.passed()).map(Check::sentence).toList();
      if (passed) {
        return candidate + " passed all " + checks.size() + " checks";
      }
      String why = candidate + " lost: " + String.join("; ", reasons);
      return forced ? why + "; used all the same, by force" : why;
    }
  }

  /**
   * One thing that was checked.
   *
   * @param least what the candidate had to be above, or reach
   */
  public record Check(
      String against, String metric, double value, double least, boolean strict, boolean passed) {

    static Check above(String against, String metric, double value, double bound) {
      return new Check(against, metric, value, bound, true, value > bound);
    }

    static Check atLeast(String against, String metric, double value, double bound) {
      return new Check(against, metric, value, bound, false, value >= bound);
    }

    /** The check in words. */
    public String sentence() {
      return String.format(
          "%s %.4f %s %s %.4f (%s)",
          metric, value, passed ? "is" : "is not", strict ? "above" : "at least", least, against);
    }
  }

  /**
   * Judges the judged.
   *
   * @param inUse the row of the model in use, if there is one
   */
  public Verdict judge(
      ModelMetrics candidate, List<ModelMetrics> baselines, Optional<ModelMetrics> inUse) {
    String metric = settings.metric();
    List<Check> checks = new ArrayList<>();
    if (candidate.cases() == 0) {
      checks.add(Check.above("the held-out part", "cases", 0, 0));
    }
    for (ModelMetrics baseline : baselines) {
      checks.add(
          Check.above(
              "baseline " + baseline.name(),
              metric,
              candidate.metric(metric),
              baseline.metric(metric) * (1 + settings.margin())));
    }
    inUse.ifPresent(
        model -> {
          String against = String.format("model in use, %.4f", model.metric(metric));
          checks.add(
              Check.atLeast(
                  against,
                  metric,
                  candidate.metric(metric),
                  model.metric(metric) * (1 - settings.tolerance())));
          against = String.format("model in use, %.4f", model.metric(coverage));
          checks.add(
              Check.atLeast(
                  against,
                  coverage,
                  candidate.metric(coverage),
                  model.metric(coverage) * (1 - settings.coverageTolerance())));
        });
    return new Verdict(
        candidate.name(), checks.stream().allMatch(Check::passed), false, List.copyOf(checks));
  }
}
