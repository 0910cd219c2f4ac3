// Package support is the help that co-operatives were given: grants of all
// kinds, trade fairs that they were taken to, conferences held for them, and
// models recognised. A stream is whatever its writer keeps together, such as
// one decision or one project; its facts stand each for itself, so there is no
// state to fold.
package support
