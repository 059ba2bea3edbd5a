/** The configuration as an immutable tree of records; every default, rule and message. */
package io.nightjar.config;
