/** Reading raw logs, cleaning them, quarantining what is unusable, generating demo logs. */
package io.nightjar.clicks;
