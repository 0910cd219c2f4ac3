package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
)

func TestEvidenceIsVerified(t *testing.T) {
	s := told(t)
	b := file(t, s.evidence("s1"))
	report := verify(t, b, s.trusting())
	require.True(t, report.OK, report.English)
	require.Equal(t, []string{"file", "checkpoint", "root", "records", "signature", "statement", "definitions", "figures", "issuer"}, report.Passed)
	require.Equal(t, s.key.Verifier(), report.Key)
	require.Equal(t, "lmhtx (alliance)", report.Issuer)
	require.Len(t, report.Lines, len(codes))
	want := map[string]string{"coops.registered": "4", "coops.established": "2", "members.total": "42", "quality.good-fair.share": "1/4",
		"revenue.mean": "1600000001/2", "coops.movement": "4", "linked.share": "1/4"}
	for _, line := range report.Lines {
		require.True(t, line.Same)
		require.Equal(t, want[line.Indicator], line.Stated.Value, line.Indicator)
		require.Equal(t, want[line.Indicator], line.Counted.Value, line.Indicator)
	}
	require.False(t, verify(t, b, audit.Options{}).OK, "nobody is trusted")
}
