/** The sessionizer, per-user sequences, and the split into train, validation and test parts. */
package io.nightjar.sessions;
