package io.nightjar.clicks;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/**
 * Users who asked to be forgotten, known by the SHA-256 of their id alone: a night that is run
 * again, or that finds their clicks in tomorrow's log, must not bring them back.
 */
public final class ForgottenUsers implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeSet<String> digests;

  private ForgottenUsers(Collection<String> digests) {
    this.digests = new TreeSet<>(digests);
  }

  /** Users whose ids have these digests. */
  public static ForgottenUsers ofDigests(Collection<String> digests) {
    return new ForgottenUsers(digests);
  }

  /** Nobody. */
  public static ForgottenUsers none() {
    return new ForgottenUsers(Set.of());
  }

  /** These and more users, given by id as the tables hold it. */
  public ForgottenUsers and(Collection<String> ids) {
    ForgottenUsers more = new ForgottenUsers(digests);
    ids.forEach(id -> more.digests.add(digest(id)));
    return more;
  }

  public boolean isEmpty() {
    return digests.isEmpty();
  }

  /** Whether the user of this id (as the tables hold it) is one of them. */
  public boolean contains(String id) {
    return digests.contains(digest(id));
  }

  /** The digests, ascending. */
  public Collection<String> digests() {
    return Set.copyOf(digests);
  }

  private static String digest(String id) {
    try {
      byte[] bytes =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
