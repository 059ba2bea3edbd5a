/** One class per job: read, validate, transform, publish. */
package io.nightjar.job;
