//go:build race

package intray_test

const raceEnabled = true
