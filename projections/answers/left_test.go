package answers_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// A leaving context counts how often it is asked whether anybody still waits, and
// says that nobody does once it was asked so often.
type leaving struct {
	context.Context
	asked, after int
}

func (l *leaving) Err() error {
	if l.asked++; l.after > 0 && l.asked > l.after {
		return context.Canceled
	}
	return nil
}

// Nobody works on for a reader who has left: every long answer looks up at least
// so often on its way, and goes no further than its next look.
func TestWorkEndsWithItsReader(t *testing.T) {
	s := demoService(t)
	require.NoError(t, s.Projection.Warm(t.Context()))
	d := s.Directory()
	end, year := answers.Query{AsOf: "31/12/2023"}, answers.Query{AsOf: "31/12/2022"}
	span, err := answers.ParseSpan("01/01/2021", "31/12/2023", 0)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		looks int
		do    func(context.Context) error
	}{
		"diff":     {5000, func(ctx context.Context) error { _, err := s.Diff(ctx, year, end); return err }},
		"vintages": {100, func(ctx context.Context) error { _, err := s.Vintages(ctx, end, "members.total"); return err }},
		"by asking": {50, func(ctx context.Context) error {
			_, err := s.Vintages(ctx, answers.Query{AsOf: "31/12/2023", Period: "2023-02-03"}, "coops.established")
			return err
		}},
		"statements": {100, func(ctx context.Context) error {
			_, err := s.VintagesBy(ctx, end, "members.total", answers.ByStatement)
			return err
		}},
		"triangle": {50, func(ctx context.Context) error { _, err := s.Triangle(ctx, end, "members.total"); return err }},
		"series":   {36, func(ctx context.Context) error { _, err := s.Series(ctx, end, "members.total", span); return err }},
		"regions":  {50, func(ctx context.Context) error { _, err := s.Regions(ctx, end, true); return err }},
		"courses": {72, func(ctx context.Context) error {
			_, err := s.Courses(ctx, end, "members.total", span, []string{"dak-mil", "cu-jut"})
			return err
		}},
		"explain":  {2, func(ctx context.Context) error { _, err := s.Explain(ctx, end, "members.total", ""); return err }},
		"touched":  {40, func(ctx context.Context) error { _, err := s.TouchedBy(ctx, end, 100); return err }},
		"problems": {2, func(ctx context.Context) error { _, err := s.Problems(ctx, end); return err }},
		"standing": {20, func(ctx context.Context) error {
			_, err := s.StandingOf(ctx, end, "htx-nong-nghiep-buon-choah")
			return err
		}},
		"effect": {3000, func(ctx context.Context) error { _, err := s.Effect(ctx, s.Head(), end, nil); return err }},
		"coops":  {200, func(ctx context.Context) error { _, err := d.Coops(ctx, end, directory.Filter{}); return err }},
		"events": {3000, func(ctx context.Context) error {
			_, err := d.Events(ctx, end, directory.EventFilter{Kind: "none"})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			stays := &leaving{Context: t.Context()}
			require.NoError(t, c.do(stays))
			require.GreaterOrEqual(t, stays.asked, c.looks)
			for _, after := range []int{1, stays.asked / 2, stays.asked - 1} {
				if after < 1 || after == stays.asked {
					continue
				}
				left := &leaving{Context: t.Context(), after: after}
				require.ErrorIs(t, c.do(left), context.Canceled, "after %d of %d", after, stays.asked)
				require.LessOrEqual(t, left.asked, after+3)
			}
		})
	}
}
