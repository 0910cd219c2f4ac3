package report

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/plan"
)

func goal(rule plan.Rule, unit string, low int64) plan.Goal {
	return plan.Goal{Rule: rule, Unit: unit, Low: &low}
}

// What is short of its goal by one in five thousand is not printed as all of it.
func TestPercentNeverRoundsUpToTheGoal(t *testing.T) {
	q, ok := percent(goal(plan.Strive, "HTX", 5000), plan.Measured{Num: 4999, Den: 1}, 0)
	require.True(t, ok)
	require.Equal(t, "99,98", q.Number())
	q, ok = percent(goal(plan.Strive, plan.Percent, 45), plan.Measured{Num: 98, Den: 218}, 0)
	require.True(t, ok)
	require.Equal(t, "99,9", q.Number())
	q, ok = percent(plan.Goal{Rule: plan.Done}, plan.Measured{Num: 9999, Den: 10_000}, 0)
	require.True(t, ok)
	require.Equal(t, "99,99", q.Number())
	_, ok = percent(goal(plan.Strive, "HTX", 0), plan.Measured{Num: 1, Den: 1}, 0)
	require.False(t, ok, "there is no share of nothing")
}

// The printed percentage says what the verdict says.
func TestPercentAgreesWithTheVerdict(t *testing.T) {
	hundred := big.NewRat(100, 1)
	rapid.Check(t, func(t *rapid.T) {
		g := goal(rapid.SampledFrom([]plan.Rule{plan.Exactly, plan.AtLeast, plan.Strive, plan.About}).Draw(t, "rule"),
			rapid.SampledFrom([]string{"HTX", "đồng", plan.Percent}).Draw(t, "unit"), rapid.Int64Range(1, 2_000_000_000).Draw(t, "low"))
		near := rapid.Int64Range(-3, 3).Draw(t, "off")
		m := plan.Measured{Num: max(0, *g.Low+near), Den: 1}
		if rapid.Bool().Draw(t, "any") {
			m = plan.Measured{Num: rapid.Int64Range(0, 4_000_000_000).Draw(t, "num"), Den: rapid.Int64Range(1, 5000).Draw(t, "den")}
		}
		q, ok := percent(g, m, 500)
		require.True(t, ok)
		c := numberCell(q, "")
		require.Equal(t, q.Value.Cmp(hundred), c.Number.Cmp(hundred), "%s printed as %s", q.Value, c.Text)
		verdict := plan.Judge(g, m, 500, 0)
		if g.Rule != plan.About {
			require.Equal(t, verdict.Code.Positive(), c.Number.Cmp(hundred) >= 0, "%s is %s", c.Text, verdict.Word)
		}
	})
}
