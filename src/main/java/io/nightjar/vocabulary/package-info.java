/** Item ids and their indices, counts, and the item vectors. */
package io.nightjar.vocabulary;
