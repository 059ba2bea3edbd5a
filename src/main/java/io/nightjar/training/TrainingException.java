package io.nightjar.training;

/** Training went wrong in a way that settings can mend; the message names them. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }
}
