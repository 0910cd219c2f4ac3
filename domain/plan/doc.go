// Package plan is the plan of a province for one year: its targets and tasks as
// printed, what was delivered of them, what readers noted about them, and the
// choices that a plan leaves open (how much is "about", who is counted).
//
// A plan is kept with its mistakes. Judge tells how a figure stands to a
// target, on exact numbers; Lint reports what does not add up and repairs
// nothing.
package plan
