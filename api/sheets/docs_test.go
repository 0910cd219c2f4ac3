package sheets

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

const manual = "../../docs/import.md"

// The limits in docs/import.md are those of the code.
func TestManualShowsTheLimits(t *testing.T) {
	b, err := os.ReadFile(manual)
	require.NoError(t, err)
	for _, row := range []string{
		fmt.Sprintf("| size | %d MiB,", MaxUpload>>20), fmt.Sprintf("| entries of its archive | %d |", MaxEntries),
		fmt.Sprintf("| unpacked | %d MiB in all, at most %d times its size; %d MiB in a part", MaxUnzipped>>20, MaxRatio, MaxPart>>20),
		fmt.Sprintf("| sheets | %d |", MaxSheets), fmt.Sprintf("| rows that hold something | %d,000 a sheet |", MaxRows/1000),
		fmt.Sprintf("| columns | %d |", MaxColumns), fmt.Sprintf("| cells that hold something | %d,000 in all |", MaxCells/1000),
		fmt.Sprintf("| cells of all rows up to the last that holds something | %d,%03d,000 in all |", maxKept/1_000_000, maxKept/1000%1000),
		fmt.Sprintf("| texts of its cells | %d MiB in all", maxTexts>>20), fmt.Sprintf("| merged areas | %d,%03d a sheet |", maxMerges/1000, maxMerges%1000),
		fmt.Sprintf("more than\n%d,%03d cells", maxComments/1000, maxComments%1000), fmt.Sprintf("the first %d,%03d mistakes", maxListed/1000, maxListed%1000),
		fmt.Sprintf("at most %d elements\nwithin one another and %d MiB in one tag or text", maxDepth, maxToken>>20),
	} {
		require.Contains(t, string(b), row)
	}
}
