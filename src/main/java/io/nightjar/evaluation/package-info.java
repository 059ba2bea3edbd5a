/** Ranking metrics, baselines, the quality gate and the report. */
package io.nightjar.evaluation;
