package imports

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// allocated is how many bytes f asks for in all, those that it lets go included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A file with too many lines is refused before anything is made of its lines,
// however short and however wrong they are.
func TestALongFileCostsLittle(t *testing.T) {
	const most = 32 << 20 // bytes, some times those of the file
	form, err := FindForm("models")
	require.NoError(t, err)
	csv := func(b []byte) error {
		_, err := CSV(context.Background(), "x.csv", b, form, Options{Separator: ','})
		return err
	}
	ndjson := func(b []byte) error { _, err := NDJSON("x.ndjson", b); return err }
	for name, c := range map[string]struct {
		read func([]byte) error
		line string
	}{
		"commands without members": {ndjson, "{}\n"},
		"commands of a number":     {ndjson, "1\n"},
		"blank lines between":      {ndjson, "1\n\r\n"},
		"cells":                    {csv, "a\n"},
		"several cells":            {csv, "1,2\n"},
		"cells in quotes":          {csv, "\"a\"\n"},
		"quotes out of place":      {csv, "\"a\"b\n"},
		"bare quotes":              {csv, "a\"\n"},
		"carriage returns":         {csv, "a\r"},
	} {
		t.Run(name, func(t *testing.T) {
			b := []byte("a\n" + strings.Repeat(c.line, 2<<20))
			if strings.HasSuffix(c.line, "\r") {
				b[1] = '\r'
			}
			var err error
			require.Less(t, allocated(func() { err = c.read(b) }), uint64(most))
			require.ErrorIs(t, err, ErrFileLines)
		})
	}
}

// Only lines that hold something count, and a cell may go over several.
func TestTheLongestFileIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		long bool
	}{
		"as many as may be":            {"a\n" + strings.Repeat("x\n", MaxLines), false},
		"without the last line feed":   {"a\n" + strings.Repeat("x\n", MaxLines-1) + "x", false},
		"one more":                     {"a\n" + strings.Repeat("x\n", MaxLines) + "x", true},
		"blank lines between":          {"a\n" + strings.Repeat("\n  \n\"\u00a0\n\"\n", MaxLines/2) + strings.Repeat("x\n", 2), false},
		"cells over lines":             {"a\n" + strings.Repeat("\"x\ny\"\n", MaxLines), false},
		"one more, of several lines":   {"a\n" + strings.Repeat("\"x\ny\"\n", MaxLines+1), true},
		"a quote that is never closed": {"a\n" + strings.Repeat("x\n", MaxLines-1) + "\"" + strings.Repeat("x\n", MaxLines), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := split([]byte(c.text), ',')
			if c.long {
				require.ErrorIs(t, err, ErrFileLines)
				return
			}
			require.NoError(t, err)
		})
	}
}
