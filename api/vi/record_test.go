package vi

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

var update = flag.Bool("update", false, "write testdata anew")

// Every kind has a word and a sentence: those of the families' own samples.
func TestSaid(t *testing.T) {
	names := Names{
		Coop:  func(key string) string { return "HTX <" + key + ">" },
		Place: func(code string) string { return "Xã <" + code + ">" },
	}
	var b strings.Builder
	for _, k := range register.Kinds() {
		require.NotEqual(t, string(k), Kind(k), "no word for %s", k)
		require.NotEmpty(t, Family(k.Family()), k)
		if k == ledger.KindRestated || k == ledger.KindRetracted {
			continue
		}
		said := Said(sample(t, k), names)
		require.NotEqual(t, string(k), said, k)
		require.NotContains(t, said, "()", k)
		require.False(t, strings.HasSuffix(said, " "), k)
		b.WriteString(string(k) + ": " + Kind(k) + ": " + said + "\n")
	}
	golden := filepath.Join("testdata", "said.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// sample is a record with the sample that the family of a kind keeps.
func sample(t *testing.T, k ledger.Kind) *ledger.Record {
	found, err := filepath.Glob(filepath.Join("..", "..", "domain", "*", "testdata", "events", strings.ReplaceAll(string(k), "/", "@")+".json"))
	require.NoError(t, err)
	require.Len(t, found, 1, k)
	b, err := os.ReadFile(found[0])
	require.NoError(t, err)
	spec, err := register.Spec(k)
	require.NoError(t, err)
	e, err := spec.Decode(canonical.Raw(strings.TrimSpace(string(b))))
	require.NoError(t, err)
	return &ledger.Record{Kind: k, Stream: ledger.StreamOf(k.Family(), "x"), Event: e}
}

func TestCorrectionsInWords(t *testing.T) {
	first := sample(t, "coop.members-counted/1")
	first.Position, first.ID = 7, ledger.IDOf("a")
	c := sample(t, "coop.members-counted/1")
	c.Kind, c.Corrects = ledger.KindRestated, &ledger.Corrects{ID: first.ID, Reason: "typo"}
	n := Names{Find: func(id ledger.ID) *ledger.Record {
		if id == first.ID {
			return first
		}
		return nil
	}}
	require.Equal(t, "đính chính bản ghi @7 (số thành viên) vì ghi nhầm, nay là: "+Said(first, n), Said(c, n))
	c.Kind, c.Event = ledger.KindRetracted, nil
	require.Equal(t, "rút lại bản ghi @7 (số thành viên) vì ghi nhầm", Said(c, n))
	require.Equal(t, "rút lại bản ghi "+first.ID.String()+" vì ghi nhầm", Said(c, Names{}))
	require.Equal(t, "coop.unheard-of/1", Kind("coop.unheard-of/1"))
	require.Equal(t, "x", Names{}.About(first.Stream))
}
