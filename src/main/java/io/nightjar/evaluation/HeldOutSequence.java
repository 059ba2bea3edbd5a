package io.nightjar.evaluation;

import java.util.List;

/**
 * A sequence of a held-out part.
 *
 * @param items item ids, oldest first
 * @param firstTarget the items from this position on are targets
 * @param knownUser whether training knew the user
 */
record HeldOutSequence(String user, List<String> items, int firstTarget, boolean knownUser) {}
