/** How tables become visible to readers. */
package io.nightjar.publish;
