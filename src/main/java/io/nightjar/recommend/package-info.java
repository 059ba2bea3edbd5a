/**
 * Exact top-K lists per user, with filters, reasons and fallbacks; users whose lists may stay;
 * similar items; given candidates in order.
 */
package io.nightjar.recommend;
