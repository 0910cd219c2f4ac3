package feed_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/feed"
)

// A log that cannot say that it has grown is still followed at once, because
// what is appended is announced: no timer runs here.
func TestAnAppendWakesTheFollower(t *testing.T) {
	a := feed.NewAnnouncer()
	defer func() { require.NoError(t, a.Close()) }()
	store, l := mute{ledgertest.NewMemory()}, newList()
	log := feed.WithAnnouncements(store, a)
	ctx, cancel := context.WithCancel(context.Background())
	f := feed.Follow(store, feed.Options{Wake: a, Every: never}, l)
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	listening(t, a, l, store)
	for range 20 {
		size := grow(t, log, 1)
		require.Eventually(t, func() bool { return l.Size() == size }, 20*time.Second, 100*time.Microsecond)
	}
	cancel()
	require.NoError(t, <-done)
}

// listening waits until a follower hears messages: those sent before are lost.
func listening(t *testing.T, a *feed.Announcer, l *list, store ledger.Log) {
	size := grow(t, store, 1)
	require.Eventually(t, func() bool {
		require.NoError(t, a.Announce(size))
		return l.Size() == size
	}, 20*time.Second, time.Millisecond)
}
