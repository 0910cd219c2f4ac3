package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const chains = "../../domain/audit/testdata/chains"

// What is said of each way in which the keys of a ledger went on, and of one
// that went on after a loss.
func TestChains(t *testing.T) {
	for _, c := range []struct {
		name string
		code int
		args string
	}{
		{"consented", exitOK, "consented.evidence --key key.pub"},
		{"consented-only-key", exitUnverified, "consented.evidence --key key.pub --only-key"},
		{"without-consent", exitOK, "without-consent.evidence --key key.pub"},
		{"voided", exitOK, "voided.evidence --key key.pub"},
		{"disputed", exitUnverified, "disputed.evidence --key key.pub"},
		{"disputed-only-key", exitOK, "disputed.evidence --key key.pub --only-key"},
		{"false", exitUnverified, "false.evidence --key key.pub"},
		{"recovered", exitOK, "recovered.evidence --key key.pub"},
		{"recovered-earlier", exitOK, "recovered.evidence --key key.pub --earlier lost.checkpoint"},
	} {
		args := strings.Fields(c.args)
		for i, a := range args {
			if strings.Contains(a, ".") {
				args[i] = filepath.Join(chains, a)
			}
		}
		code, out, errs := call(t, args...)
		require.Equal(t, c.code, code, "%s: %s%s", c.name, out, errs)
		golden(t, c.name+".txt", out)
		code, out, _ = call(t, append(args, "--json")...)
		require.Equal(t, c.code, code, c.name)
		golden(t, c.name+".json", out)
	}
}
