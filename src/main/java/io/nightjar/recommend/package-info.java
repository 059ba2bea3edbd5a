/** Exact top-K lists per user, filters and fallbacks. */
package io.nightjar.recommend;
