/**
 * The recommendation network: a stock DL4J network, its parameters as row-major arrays, and the
 * fused training and encoding steps that work on them.
 */
package io.nightjar.network;
