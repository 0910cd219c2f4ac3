//go:build !linux

package embedded_test

import "errors"

var errNotHere = errors.New("this part is played on Linux only")

func childFull(string) error    { return errNotHere }
func childDenied(string) error  { return errNotHere }
func childFaulted(string) error { return errNotHere }
