package demo

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// A line is a command as these tests read it.
type line struct {
	Key, Stream, Kind, Valid string
	Source                   *struct{ Document, Issuer, Issued, Note string }
	Corrects                 *struct{ Key, Reason, Note string }
	Data                     map[string]any
}

func read(t *testing.T, all []Timed) []line {
	t.Helper()
	out := make([]line, len(all))
	for i, c := range all {
		d := json.NewDecoder(strings.NewReader(string(c.Command)))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&out[i]), string(c.Command))
	}
	return out
}

func TestOneSeedGivesOneDemo(t *testing.T) {
	require.Equal(t, Commands(Seed), Commands(Seed))
	require.NotEqual(t, Commands(Seed), Commands(Seed+1))
}

func TestOrderAndForm(t *testing.T) {
	all := Commands(Seed)
	require.Greater(t, len(all), 3000)
	require.Less(t, len(all), 4000)
	last := ""
	for i, c := range all {
		at, err := time.Parse(Instant, c.Recorded)
		require.NoError(t, err)
		require.Equal(t, c.Recorded, at.Format(Instant))
		require.LessOrEqual(t, last, c.Recorded, "command %d", i)
		last = c.Recorded
		require.True(t, norm.NFC.IsNormal(c.Command))
		require.NotContains(t, string(c.Command), "\n")
	}
	require.Equal(t, opening.Format(Instant), all[0].Recorded)
}

func TestKeys(t *testing.T) {
	seen := map[string]string{} // key to stream
	for _, c := range read(t, Commands(Seed)) {
		require.True(t, strings.HasPrefix(c.Key, "demo/"), c.Key)
		require.NotContains(t, seen, c.Key)
		if c.Corrects != nil {
			require.Equal(t, c.Stream, seen[c.Corrects.Key], "%s corrects what was said before in its stream", c.Key)
			require.NotEmpty(t, c.Corrects.Note)
		}
		seen[c.Key] = c.Stream
	}
}

func TestSyntheticIsMarked(t *testing.T) {
	synthetic := map[string]bool{}
	for _, c := range read(t, Generate(7)) {
		synthetic[c.Key] = true
		require.True(t, strings.HasPrefix(c.Source.Note, "synthetic"), c.Key)
		require.Equal(t, "Dữ liệu mô phỏng (seed 7)", c.Source.Document)
		if c.Kind == "coop.established/1" {
			require.Contains(t, c.Data["name"], "Mô phỏng")
		}
	}
	for _, c := range read(t, Commands(7)) {
		if !synthetic[c.Key] {
			require.False(t, strings.HasPrefix(c.Source.Note, "synthetic"), c.Key)
			require.NotEmpty(t, c.Source.Document, c.Key)
			require.NotEmpty(t, c.Source.Note, c.Key)
		}
	}
}

// The real fact that the ledger learnt of after the plan's reporting day.
func TestRealFactsKeepTheirTimes(t *testing.T) {
	all := Commands(Seed)
	recorded, valid := map[string]string{}, map[string]string{}
	for i, c := range read(t, all) {
		recorded[c.Key], valid[c.Key] = all[i].Recorded[:10], c.Valid
	}
	require.Equal(t, "2023-11-26", valid["demo/real/nam-da/consolidation-2023"])
	require.Equal(t, "2023-12-05", recorded["demo/real/nam-da/consolidation-2023"])
	require.Equal(t, "2023-10-19", recorded["demo/real/long-viet/chain-2023"])
}

func TestAppearedNamesRealKeys(t *testing.T) {
	var keys []string
	for _, c := range lines(realFile) {
		var l line
		require.NoError(t, json.Unmarshal(c, &l))
		keys = append(keys, l.Key)
	}
	for key := range appeared {
		require.Contains(t, keys, key)
	}
}

func TestTaxCodesAreSynthetic(t *testing.T) {
	n := 0
	for _, c := range read(t, Generate(Seed)) {
		code, ok := c.Data["tax_code"].(string)
		if !ok {
			continue
		}
		n++
		require.True(t, strings.HasPrefix(code, "99"), code)
		whole, ok := withCheckDigit(code[:9])
		require.True(t, ok)
		require.Equal(t, whole, code)
	}
	require.Greater(t, n, 150)
	for _, real := range []string{"0300588569", "0101248141", "0100109106"} { // three that are in use
		whole, _ := withCheckDigit(real[:9])
		require.Equal(t, real, whole)
	}
}

// Every kind of life and every correction that the demo promises is in it.
func TestKindsShown(t *testing.T) {
	kinds, reasons := map[string]int{}, map[string]int{}
	for _, c := range read(t, Commands(Seed)) {
		kinds[c.Kind]++
		if c.Corrects != nil {
			reasons[c.Corrects.Reason]++
		}
	}
	for _, kind := range strings.Fields(`place.declared/1 place.merged/1 place.moved/1 place.abolished/1
		coop.established/1 coop.renamed/1 coop.relocated/1 coop.resectored/1 coop.identified/1 coop.suspended/1 coop.resumed/1
		coop.inactive/1 coop.dissolving/1 coop.dissolved/1 coop.merged/1 coop.divided/1 coop.reorganised/1 coop.left/1
		coop.members-counted/1 coop.workers-counted/1 coop.year-reported/1 coop.scored/1 coop.classed/1 coop.linked/1 coop.unlinked/1
		certificate.granted/1 certificate.renewed/1 certificate.suspended/1 certificate.reinstated/1 certificate.withdrawn/1
		ocop.rated/1 ocop.revoked/1 training.held/1 support.given/1 support.fair-attended/1 support.conference-held/1
		support.model-recognised/1 plan.adopted/1 plan.delivered/1 plan.noted/1 policy.chosen/1 ledger.restated/1 ledger.retracted/1`) {
		require.Positive(t, kinds[kind], kind)
	}
	for _, reason := range []string{"typo", "source-changed", "duplicate", "other"} {
		require.Positive(t, reasons[reason], reason)
	}
}

func TestDeskKeepsOfficeHours(t *testing.T) {
	w := newWriter(1)
	for d := on(2022, 12, 1); d.Year() < 2024; d = d.AddDate(0, 0, 1) {
		at := w.desk(d, "so-nn")
		require.False(t, isClosed(at))
		require.False(t, at.Before(d))
		require.True(t, at.Hour() >= 1 && at.Hour() < 10, at)
		require.Equal(t, at, w.desk(midnight(at), "so-nn"))
	}
}
