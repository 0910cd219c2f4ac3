package fault

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

var errEnded = Declare("test-ended", Conflict, "co-operative %s ended on %s", "HTX %s đã chấm dứt ngày %s")

func TestARaisedFaultIsItsDeclaration(t *testing.T) {
	cause := errors.New("disk on fire")
	err := fmt.Errorf("record: %w", errEnded.With("a", "1/1/2023").At("/valid").Because(cause))
	require.ErrorIs(t, err, errEnded)
	require.ErrorIs(t, err, cause)
	f, ok := Of(err)
	require.True(t, ok)
	require.Equal(t, "/valid", f.Field)
	require.Equal(t, "HTX a đã chấm dứt ngày 1/1/2023", f.Vi())
	require.Equal(t, "record: /valid: co-operative a ended on 1/1/2023: disk on fire", err.Error())
	require.Equal(t, Conflict, KindOf(err))
	require.Zero(t, KindOf(cause))
	require.Empty(t, errEnded.Field, "raising must not touch the declaration")
}

func TestDeclareRefusesMistakes(t *testing.T) {
	require.Panics(t, func() { Declare("test-ended", Conflict, "x", "y") }, "twice")
	require.Panics(t, func() { Declare("test-empty", Conflict, "", "y") }, "empty")
	require.Panics(t, func() { Declare("test-verbs", Conflict, "%s", "y") }, "verbs")
}

func TestDeclaredIsSorted(t *testing.T) {
	list := Declarations()
	require.NotEmpty(t, list)
	for i := 1; i < len(list); i++ {
		require.Less(t, list[i-1].Code, list[i].Code)
	}
}

func TestWordsReadInEachLanguage(t *testing.T) {
	f := errEnded.With(Text{"the first", "đầu tiên"}, 7)
	require.Equal(t, "co-operative the first ended on %!s(int=7)", f.En())
	require.Equal(t, "HTX đầu tiên đã chấm dứt ngày %!s(int=7)", f.Vi())
	require.Equal(t, f.En(), f.Error())
	require.Equal(t, "the first", fmt.Sprint(Text{"the first", "đầu tiên"}))
}
