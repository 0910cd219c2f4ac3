package sheets

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A small file may unpack to millions of empty elements, for each of which the
// library would keep an object: 795 kB took 2.85 GB. It is refused while it is
// walked, before the library sees it.
func TestMillionsOfElements(t *testing.T) {
	noise := make([]byte, 700<<10) // it keeps the file within a hundredth of what it unpacks to
	source := rand.NewChaCha8([32]byte{1})
	_, err := source.Read(noise)
	require.NoError(t, err)
	book := with(t, plainBook(t), entry{"xl/media/image1.png", noise})
	filled := func(part, close, with string, n int) []byte {
		return changed(t, book, part, func(b []byte) []byte {
			at := bytes.LastIndex(b, []byte(close))
			require.Positive(t, at)
			return bytes.Join([][]byte{b[:at], []byte(strings.Repeat(with, n)), b[at:]}, nil)
		})
	}
	for name, file := range map[string][]byte{
		"shared texts":           filled("xl/sharedStrings.xml", "</sst>", "<si/>", maxTextElements+1),
		"parts of one text":      filled("xl/sharedStrings.xml", "</sst>", "<si>"+strings.Repeat("<r/>", maxTextElements+1)+"</si>", 1),
		"formats":                filled("xl/styles.xml", "</cellXfs>", "<xf/>", maxElements+1),
		"elements in each other": filled("xl/styles.xml", "</styleSheet>", strings.Repeat("<a>", maxElements)+strings.Repeat("</a>", maxElements), 1),
	} {
		require.Less(t, len(file), 2<<20, name)
		_, err := Read(file, nil)
		require.ErrorIs(t, err, ErrElements, name)
	}
	_, err = Read(filled("xl/sharedStrings.xml", "</sst>", "<si/>", 1000), nil)
	require.NoError(t, err)
}
