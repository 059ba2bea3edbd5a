/** Parameter averaging across executors, checkpoints, early stopping, the model store. */
package io.nightjar.training;
