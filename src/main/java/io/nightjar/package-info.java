/** The command line: the only place that turns a failure into an exit code. */
package io.nightjar;
