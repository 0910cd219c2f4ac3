// Package classification holds the rule sets by which a co-operative or a
// product gets its class: each a dated paper with the article beside every
// rule, and pure functions over it. Facts go in, a class comes out, with the
// rule that decided and a Vietnamese sentence.
//
// Three families of rule sets live here:
//
//   - Scheme: good, fair, average, weak or unrated from a yearly scorecard
//     (tt09-2017, tt01-2020). Two were in use at once, and the same facts give
//     two answers, so a scheme is always named by the caller and never chosen
//     here.
//   - SizeRule: micro, small, medium or large (tt01-2020-members, law-2023).
//   - OCOPRules: stars from a score, and who recognises them, by day.
//
// What no source could confirm is listed in a paper's Unverified, in words
// that can be shown. Nothing here reads a clock or keeps state; all functions
// are safe for concurrent use.
package classification
