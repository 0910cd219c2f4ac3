//go:build race

package imports_test

const raceEnabled = true
