package io.nightjar.clicks;

/**
 * Input that is missing or that nothing can be made of. The message is one line: what was given,
 * what was expected, what to do. Exit code 3.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
