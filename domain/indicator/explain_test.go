package indicator_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/domain/register/registertest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every definition explained over one world: who counts, who does not, why,
// and by which records (their positions).
func TestExplanations(t *testing.T) {
	w := registertest.New(t).Tell(lives + `
certificate/v certificate.granted/1 2022-06-15 {"coop":"a","scheme":"vietgap","group":"production","until":"2023-06-15"}
certificate/w certificate.granted/1 2023-06-15 {"coop":"a","scheme":"haccp","group":"quality"}
coop/b coop.linked/1 2023-01-10 {"contract":"1","until":"2023-07-01"}
coop/h coop.linked/1 2023-06-10 {"contract":"2"}
coop/h coop.inactive/1 2023-12-20 {}
coop/b coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":100}
coop/c coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":0,"pay":0,"workers":4}
coop/b coop.classed/1 2022-12-31 {"year":2022,"class":"fair","scheme":"tt09-2017"}
coop/c coop.classed/1 2023-12-31 {"year":2023,"class":"weak","scheme":"tt09-2017"}
coop/m coop.classed/1 2023-12-31 {"year":2023,"class":"unrated","scheme":"tt09-2017"}
ocop/gao ocop.rated/1 2020-11-01 {"owner":"a"}
ocop/mat-ong ocop.rated/1 2023-05-01 {"owner":"b","stars":2,"authority":"district"}
ocop/ca-phe ocop.rated/1 2023-05-01 {"owner":"b"}
ocop/ca-phe ocop.rated/1 2023-06-01 {"owner":"k"}
support/1 support.given/1 2023-05-20 {"coop":"h","help":"packaging"}
support/1 support.given/1 2023-05-01 {"coop":"g","help":"consolidation"}
support/1 support.given/1 2023-08-01 {"coop":"g","help":"consolidation"}
support/1 support.given/1 2023-05-01 {"coop":"e","help":"consolidation"}
support/1 support.given/1 2022-05-01 {"coop":"b","help":"consolidation"}
support/2 support.model-recognised/1 2023-05-01 {"coop":"f","model":"new-style"}
training/l training.held/1 2023-05-01 {"attendances":30,"place":"cu-jut"}
support/3 support.fair-attended/1 2022-05-01 {"fair":"Hội chợ Xuân","coops":["a"]}`)
	var b strings.Builder
	for _, d := range indicator.All() {
		for _, place := range []string{"", "cu-jut"} {
			f := w.Count(d.Code, ask{On: "2023-12-31", Place: place})
			fmt.Fprintf(&b, "%s %s = %s\n", d.Code, place, registertest.Print(f))
			for _, c := range f.In {
				fmt.Fprintf(&b, "  + %s %d/%d %s%s\n", c.Subject.Key, c.Num, c.Den, c.Seat, positions(c))
			}
			for _, c := range f.Out {
				fmt.Fprintf(&b, "  - %s /%d %s%s\n", c.Subject.Key, c.Den, c.Why, positions(c))
			}
		}
	}
	file := filepath.Join("testdata", "explanations.txt")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

func positions(c indicator.Contribution) (s string) {
	for _, f := range c.By {
		s += fmt.Sprintf(" @%d", f.Root.Position)
	}
	return s
}
