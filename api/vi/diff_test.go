package vi_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/vi"
	"htxledger/projections/answers"
)

func TestTheSentenceOfADifference(t *testing.T) {
	count := answers.Difference{From: figure(t, "coops.established", 10, 1), To: figure(t, "coops.established", 15, 1), Steps: []answers.Step{
		{Cause: answers.Happened, Num: big.NewRat(2, 1), Den: new(big.Rat), Effect: big.NewRat(2, 1)},
		{Cause: answers.Late, Num: big.NewRat(4, 1), Den: new(big.Rat), Effect: big.NewRat(4, 1)},
		{Cause: answers.Retracted, Num: big.NewRat(-1, 1), Den: new(big.Rat), Effect: big.NewRat(-1, 1)},
	}}
	require.Equal(t, "HTX nông nghiệp thành lập mới: từ 10 HTX thành 15 HTX: +2 HTX do phát sinh trong thời gian giữa hai mốc; "+
		"+4 HTX do việc đã có từ trước, ghi nhận muộn; −1 HTX do rút lại.", vi.Difference(&count))

	// Two HTX of 600 and 400 million; then a third of 200 million reports, and
	// the first restates 660: the mean falls although nobody earns less.
	mean := answers.Difference{From: figure(t, "revenue.mean", 1_000_000_000, 2), To: figure(t, "revenue.mean", 1_260_000_000, 3), Steps: []answers.Step{
		{Cause: answers.Late, Num: big.NewRat(200_000_000, 1), Den: big.NewRat(1, 1), Effect: big.NewRat(-105_000_000, 1), Mix: true},
		{Cause: answers.Corrected, Num: big.NewRat(60_000_000, 1), Den: new(big.Rat), Effect: big.NewRat(25_000_000, 1)},
	}}
	require.Contains(t, vi.Difference(&mean), "−105 triệu đồng do thay đổi cơ cấu (HTX vào hoặc ra khỏi mẫu số), +25 triệu đồng do chính các HTX")

	same := answers.Difference{From: count.From, To: count.From}
	require.Contains(t, vi.Difference(&same), "không có gì thay đổi")
	share := figure(t, "linked.share", 73, 163)
	require.Equal(t, "−0,61 điểm %", vi.SignedChange(share.Definition, big.NewRat(-1, 163)))
	for _, c := range answers.Causes {
		require.NotEmpty(t, vi.Cause(c), c)
	}
}
