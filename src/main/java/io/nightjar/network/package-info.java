/** The DL4J network and the fused training step over its parameters. */
package io.nightjar.network;
