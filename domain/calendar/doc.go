// Package calendar keeps days and instants apart.
//
// A Day is a civil date without clock or zone; an Instant is a point in UTC
// with microseconds. They are different types on purpose: "31/12/2023" is a
// day, "known at the end of 31/12/2023" is an instant, 16:59:59.999999 UTC,
// because the day ends in Việt Nam seven hours before it does in Greenwich.
// The offset is compiled in: no time zone data base is consulted.
//
// Stated is a day as a paper states it: to the day, the month or the year. It
// counts from its last day. Intervals are half-open everywhere: an end day is
// the first day out.
package calendar
