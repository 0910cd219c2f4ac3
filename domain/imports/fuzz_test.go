package imports

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// No file makes a reader panic; what comes out is sound, the same again, and
// every problem has a sentence.
func FuzzCSV(f *testing.F) {
	for _, trap := range traps {
		f.Add([]byte(trap.file), trap.form, uint8(trap.opts.Numbers), uint8(trap.opts.Separator))
	}
	f.Fuzz(func(t *testing.T, b []byte, name string, numbers, sep uint8) {
		form, err := FindForm(name)
		if err != nil {
			form = forms[int(numbers)%len(forms)]
		}
		opts := Options{Numbers: NumberFormat(numbers % 5), Separator: rune(sep), Unit: Million}
		s, err := CSV(context.Background(), "x.csv", b, form, opts)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		sound(t, s)
		again, err := CSV(context.Background(), "x.csv", b, form, opts)
		require.NoError(t, err)
		require.Equal(t, s.Drafts(), again.Drafts())
	})
}

func FuzzNDJSON(f *testing.F) {
	f.Add([]byte(establishedLine))
	f.Add([]byte("\uFEFF{}\n\n" + establishedLine))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := NDJSON("x.ndjson", b); err == nil {
			sound(t, s)
		}
	})
}

func sound(t *testing.T, s *Sheet) {
	for _, r := range s.Rows {
		require.NotEqual(t, len(r.Drafts) == 0, len(r.Faults) == 0)
	}
	for _, d := range whole(s) {
		require.NoError(t, d.Check())
	}
	for _, p := range s.Problems() {
		require.NotEmpty(t, p.Vi())
		require.NotEmpty(t, p.Error())
	}
}

// A number that is read can be written and read again, and came from digits.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1.550,5", "1,550.5", "1 550", "-0", "NaN", "1e9", "0x1p-2", "1_000", "٣", "9007199254740992"} {
		f.Add(s, uint8(2), uint8(6))
	}
	f.Fuzz(func(t *testing.T, s string, format, zeros uint8) {
		nf, z := NumberFormat(format%5), int(zeros%10)
		n, err := Number(s, nf, z)
		if err != nil {
			return
		}
		for _, c := range spaces.Replace(s) {
			require.Contains(t, "0123456789-., ", string(c))
		}
		if nf == Undeclared {
			nf = Plain
		}
		again, err := Number(FormatNumber(n, nf, z), nf, z)
		require.NoError(t, err)
		require.Equal(t, n, again)
	})
}
