package io.nightjar.network;

import java.io.Serializable;

/**
 * What training minimizes at every position of a sequence.
 *
 * @param loss the loss over the next item and the negatives
 * @param negatives items drawn per mini-batch and shared by all its positions; 0 scores the whole
 *     catalogue
 * @param sampleAlpha negatives are drawn with probability proportional to count^sampleAlpha; in [0,
 *     1]
 * @param logQ whether cross-entropy subtracts the logarithm of the probability to be drawn from
 *     every score, which makes sampled softmax estimate the full one (Bengio and Senecal 2008)
 * @param inBatchNegatives whether the next items of the mini-batch's other positions are negatives
 *     too
 * @param bprRegularization weight of BPR-max's penalty on the negatives' scores
 * @param elu scores below 0 become elu (e^score - 1) before BPR-max; 1 and more leaves scores as
 *     they are
 */
public record Objective(
    Loss loss,
    int negatives,
    double sampleAlpha,
    boolean logQ,
    boolean inBatchNegatives,
    double bprRegularization,
    double elu)
    implements Serializable {

  /** The loss of one position. */
  public enum Loss {
    /** Negative log-likelihood of the next item under the softmax over it and the negatives. */
    CROSS_ENTROPY,
    /**
     * Pairwise ranking against the negatives, each weighted by its softmax (Hidasi and Karatzoglou
     * 2018).
     */
    BPR_MAX
  }

  public Objective {
    if (negatives < 0) {
      throw new IllegalArgumentException("negatives is " + negatives + "; it must be at least 0");
    }
    if (!(sampleAlpha >= 0 && sampleAlpha <= 1)) {
      throw new IllegalArgumentException("sample alpha is " + sampleAlpha + "; it must be in 0..1");
    }
    if (!(bprRegularization >= 0)) {
      throw new IllegalArgumentException(
          "BPR-max regularization is " + bprRegularization + "; it must be at least 0");
    }
    if (!(elu > 0)) {
      throw new IllegalArgumentException("elu is " + elu + "; it must be above 0");
    }
  }

  /** Full softmax over the whole catalogue. */
  public static Objective fullSoftmax() {
    return new Objective(Loss.CROSS_ENTROPY, 0, 0, false, false, 0, 1);
  }
}
