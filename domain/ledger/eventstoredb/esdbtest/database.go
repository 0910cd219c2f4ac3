package esdbtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	api "github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/protobuf/proto"

	"htxledger/domain/ledger"
)

// An event as the server keeps it: protobuf is its form on the wire and in the
// journal.
type event = api.ReadResp_ReadEvent_RecordedEvent

// A Database is what one or more Servers serve. It is safe for concurrent use.
type Database struct {
	mu      sync.Mutex
	streams map[string]*stream
	next    uint64 // position of the next event; they start above 0
	ticks   int64  // the clock: 100 ns since the epoch, one step for each event, and Advance
	journal ledger.Log
	written ledger.Position // size of the journal
	grown   chan struct{}   // closed when more is shown

	// What is written is decided at once, and shown once it is flushed.
	shown    uint64 // positions below are
	flush    time.Duration
	flushing bool
	held     chan struct{} // closed by Release; nil where nothing holds
	lost     [][2]uint64   // positions from, to: forgotten by Lose
	putBack  int           // how often an older copy was put back
}

type stream struct {
	events     []*event // by revision, also those that metadata hide
	tombstoned bool
	scavenged  int64 // revisions below are gone for good
}

// firstTick is when the synthetic clock begins: 2024-01-01.
const firstTick = 1_704_067_200 * 10_000_000

// NewDatabase is a database in memory.
func NewDatabase() *Database {
	return &Database{streams: map[string]*stream{}, next: 1, shown: 1, ticks: firstTick, grown: make(chan struct{})}
}

// OpenDatabase is a database that keeps its events in a log, which stays the
// caller's. An append is durable before it is answered if the log's are.
func OpenDatabase(ctx context.Context, journal ledger.Log) (*Database, error) {
	db := NewDatabase()
	db.journal = journal
	var batch []byte
	for e, err := range journal.Entries(ctx, 0) {
		if err != nil {
			return nil, err
		}
		db.written++
		if batch = join(batch, e.Bytes); e.Bytes[0]&lastPart == 0 {
			continue
		}
		if err := db.replay(batch); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// A batch is kept as one or more entries, each behind a byte that says whether
// it is the first and the last; one without its last was never answered.
const (
	firstPart = 1
	lastPart  = 2
	partBytes = 900_000
)

func join(batch, part []byte) []byte {
	if part[0]&firstPart != 0 {
		batch = nil
	}
	return append(batch, part[1:]...)
}

func (db *Database) replay(batch []byte) error {
	var all api.ReadResp_ReadEvent
	for len(batch) > 0 {
		n := int(batch[0]) | int(batch[1])<<8 | int(batch[2])<<16 | int(batch[3])<<24
		all.Reset()
		if err := proto.Unmarshal(batch[4:4+n], &all); err != nil {
			return err
		}
		db.add(all.Event)
		batch = batch[4+n:]
	}
	db.shown = db.next
	return nil
}

func (db *Database) keep(events []*event) error {
	if db.journal == nil {
		return nil
	}
	var batch []byte
	for _, e := range events {
		b, err := proto.Marshal(&api.ReadResp_ReadEvent{Event: e})
		if err != nil {
			return err
		}
		n := len(b)
		batch = append(append(batch, byte(n), byte(n>>8), byte(n>>16), byte(n>>24)), b...)
	}
	flags := byte(firstPart)
	for part := range slices.Chunk(batch, partBytes) {
		if batch = batch[len(part):]; len(batch) == 0 {
			flags |= lastPart
		}
		entry := ledger.Entry{Position: db.written, Bytes: append([]byte{flags}, part...)}
		if err := db.journal.Append(context.Background(), db.written, entry); err != nil {
			return err
		}
		db.written++
		flags = 0
	}
	return nil
}

func (db *Database) add(e *event) {
	name := string(e.StreamIdentifier.StreamName)
	s := db.streams[name]
	if s == nil {
		s = &stream{}
		db.streams[name] = s
	}
	if e.Metadata["type"] == "$streamDeleted" {
		s.tombstoned = true
	}
	s.events = append(s.events, e)
	db.next = e.CommitPosition + 1
	db.ticks++
}

// What a write may expect of its stream, beside a revision from 0 on.
const (
	expectNone   = -1
	expectAny    = -2
	expectExists = -3
)

// An outcome is what a write came to: a conflict, or its last event.
type outcome struct {
	conflict bool
	current  int64 // revision of the stream's last event; -1 if it has none
	position uint64
}

var errDeleted = errors.New("the stream is deleted")

// write appends events to a stream by the server's rules of expected revisions
// and repeated ids.
func (db *Database) write(name string, expected int64, events []*event) (outcome, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	s := db.streams[name]
	if s == nil {
		s = &stream{}
	}
	current, soft := int64(len(s.events))-1, db.softDeleted(name)
	if s.tombstoned || (soft && expected == expectExists) {
		return outcome{}, errDeleted
	}
	switch verdict, last := s.decide(expected, current, soft, events); verdict {
	case conflicts:
		return outcome{conflict: true, current: current}, nil
	case repeats:
		return outcome{current: last, position: s.events[last].CommitPosition}, nil
	}
	if len(events) == 0 {
		return outcome{current: current}, nil
	}
	if soft { // the stream comes back to life, without what it held
		object := fmt.Appendf(nil, `{"$tb":%d}`, current+1)
		if _, err := db.commit("$$"+name, int64(len(db.streams["$$"+name].events)), []*event{db.made("$$"+name, "$metadata", object)}); err != nil {
			return outcome{}, err
		}
	}
	return db.commit(name, current+1, events)
}

// flushed shows what was written, at once or after a flush. mu is held.
func (db *Database) flushed() {
	switch {
	case db.flushing:
	case db.flush == 0 && db.held == nil:
		db.show(db.next)
	default:
		db.flushing = true
		go db.flushAll()
	}
}

func (db *Database) show(until uint64) {
	db.shown = max(db.shown, until)
	close(db.grown)
	db.grown = make(chan struct{})
}

// flushAll flushes until all is shown. A flush takes what was written when it
// began.
func (db *Database) flushAll() {
	for {
		db.mu.Lock()
		until, took := db.next, db.flush
		if db.flushing = db.shown < until; !db.flushing {
			db.mu.Unlock()
			return
		}
		db.mu.Unlock()
		time.Sleep(took)
		for held := db.holding(); held != nil; held = db.holding() {
			<-held
		}
		db.mu.Lock()
		db.show(until)
		db.mu.Unlock()
	}
}

func (db *Database) holding() chan struct{} {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.held
}

// Flush makes each flush take so long: what is written is decided at once, so
// that another append at its revision is a conflict, and can be read, and is
// answered, only then. 0 shows it at once.
func (db *Database) Flush(d time.Duration) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.flush = d
}

// Hold keeps everything from being shown, as a stalled disk or a lost majority
// does, until Release.
func (db *Database) Hold() {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.held == nil {
		db.held = make(chan struct{})
	}
}

// Release ends Hold.
func (db *Database) Release() {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.held != nil {
		close(db.held)
		db.held = nil
	}
}

// Stalls holds for a length, again after each pause, until stop is called, which
// releases.
func (db *Database) Stalls(pause, length time.Duration) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for hold := false; ; hold = !hold {
			d := pause
			if db.Release(); hold {
				d = length
				db.Hold()
			}
			select {
			case <-time.After(d):
			case <-done:
				db.Release()
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

// Lose forgets what is decided and not shown, as an election does of what only
// the old leader had, and tells how many events that was.
func (db *Database) Lose() (lost int) {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, s := range db.streams {
		for n := len(s.events); n > 0 && s.events[n-1].CommitPosition >= db.shown; n-- {
			s.events = slices.Clip(s.events[:n-1]) // a reader may hold the longer list
			lost++
		}
	}
	db.lost = append(db.lost, [2]uint64{db.shown, db.next})
	return lost
}

// PutBack makes a stream what it was when it had only so many events, as stopping
// the server, putting back an older copy of the files and starting it again does.
// Subscriptions from before bring nothing any more: they fall silent, as they do
// where the link to a server that is gone still seems to stand. Server.Cut ends them.
func (db *Database) PutBack(name string, events int) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.streams[name].events = slices.Clip(db.streams[name].events[:events]) // a reader may hold the longer list
	db.putBack++
}

// Save keeps how far each stream is, as a copy of the files does; putBack puts that
// copy back, as PutBack does a stream's.
func (db *Database) Save() (putBack func()) {
	db.mu.Lock()
	defer db.mu.Unlock()
	ends := map[string]int{}
	for name, s := range db.streams {
		ends[name] = len(s.events)
	}
	return func() {
		db.mu.Lock()
		defer db.mu.Unlock()
		for name, s := range db.streams {
			s.events = slices.Clip(s.events[:min(ends[name], len(s.events))]) // a reader may hold the longer list
		}
		db.putBack++
	}
}

// copies is how often an older copy was put back.
func (db *Database) copies() int {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.putBack
}

// errCommitTimeout is how the server gives up waiting for its own flush, in the
// server's own words. What was written may still be shown.
var errCommitTimeout error = serverWords("Operation timed out: Commit phase timeout.")

// serverWords is an error with a sentence as the real server writes it.
type serverWords string

// Error is the sentence.
func (w serverWords) Error() string { return string(w) }

// settled returns when the event at a position is shown.
func (db *Database) settled(ctx context.Context, position uint64, timeout time.Duration) error {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		db.mu.Lock()
		shown, grown := db.shown > position, db.grown
		gone := slices.ContainsFunc(db.lost, func(r [2]uint64) bool { return r[0] <= position && position < r[1] })
		db.mu.Unlock()
		if gone {
			return errCommitTimeout
		}
		if shown {
			return nil
		}
		select {
		case <-grown:
		case <-timer.C:
			return errCommitTimeout
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (db *Database) commit(name string, first int64, events []*event) (outcome, error) {
	for i, e := range events {
		e.StreamRevision = uint64(first) + uint64(i)
		e.CommitPosition = db.next + uint64(i)
		e.PreparePosition = e.CommitPosition
		e.Metadata["created"] = fmt.Sprint(db.ticks + int64(i))
	}
	if err := db.keep(events); err != nil {
		return outcome{}, err
	}
	for _, e := range events {
		db.add(e)
	}
	db.flushed()
	last := events[len(events)-1]
	return outcome{current: int64(last.StreamRevision), position: last.CommitPosition}, nil
}

type verdict int

const (
	writes verdict = iota
	conflicts
	repeats
)

// decide tells what becomes of a write, and of a repetition the revision where
// it ends.
func (s *stream) decide(expected, current int64, soft bool, events []*event) (verdict, int64) {
	switch {
	case expected == expectExists && current < 0:
		return conflicts, 0
	case expected == expectAny || expected == expectExists:
		return s.anywhere(events)
	case expected == current:
		return writes, 0
	case expected == expectNone && soft:
		return writes, 0
	case expected > current:
		return conflicts, 0
	}
	for i, e := range events { // below: a repetition, or too late
		at := expected + 1 + int64(i)
		if at > current || !sameID(s.events[at], e) {
			return conflicts, 0
		}
	}
	return repeats, expected + int64(len(events))
}

// anywhere is decide for writes that name no revision: the ids decide. The
// real server remembers only the newest of them.
func (s *stream) anywhere(events []*event) (verdict, int64) {
	last := int64(-1)
	for i, e := range events {
		at := int64(slices.IndexFunc(s.events, func(old *event) bool { return sameID(old, e) }))
		switch {
		case at < 0 && i == 0:
			return writes, 0
		case at < 0:
			return conflicts, 0
		}
		last = at
	}
	if last < 0 {
		return writes, 0
	}
	return repeats, last
}

func sameID(a, b *event) bool { return proto.Equal(a.Id, b.Id) }

// metadata are what the last metadata event of a stream says.
type metadata struct {
	MaxCount       *int64 `json:"$maxCount"`
	MaxAge         *int64 `json:"$maxAge"` // seconds
	TruncateBefore *int64 `json:"$tb"`
}

func (db *Database) metadataOf(name string) (m metadata) {
	if strings.HasPrefix(name, "$$") {
		one := int64(1)
		return metadata{MaxCount: &one}
	}
	if s := db.streams["$$"+name]; s != nil && len(s.events) > 0 {
		_ = json.Unmarshal(s.events[len(s.events)-1].Data, &m) // malformed: none, as on the server
	}
	return m
}

func (db *Database) softDeleted(name string) bool {
	m := db.metadataOf(name)
	return m.TruncateBefore != nil && *m.TruncateBefore == math.MaxInt64
}

// A view is the part of a stream that can be read: its first revision, and the
// events from there.
type view struct {
	found  bool
	first  int64
	events []*event
}

// look is what a reader of a stream sees of the events below a position.
func (db *Database) look(name string, before uint64) (view, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	s := db.streams[name]
	switch {
	case s == nil || len(s.events) == 0 || db.softDeleted(name):
		return view{}, nil
	case s.tombstoned:
		return view{}, errDeleted
	}
	seen, before := s.events, min(before, db.shown)
	for len(seen) > 0 && seen[len(seen)-1].CommitPosition >= before {
		seen = seen[:len(seen)-1]
	}
	first := min(max(s.scavenged, db.metadataOf(name).firstOf(seen, db.ticks)), int64(len(seen)))
	return view{len(seen) > 0, first, seen[first:]}, nil
}

func (m metadata) firstOf(events []*event, now int64) int64 {
	first := int64(0)
	if m.TruncateBefore != nil {
		first = *m.TruncateBefore
	}
	if m.MaxCount != nil {
		first = max(first, int64(len(events))-*m.MaxCount)
	}
	for m.MaxAge != nil && first < int64(len(events)) {
		var created int64
		fmt.Sscan(events[first].Metadata["created"], &created)
		if created >= now-*m.MaxAge*10_000_000 {
			break
		}
		first++
	}
	return first
}

// SetMetadata replaces the metadata of a stream by a JSON object.
func (db *Database) SetMetadata(name, object string) {
	db.put("$$"+name, "$metadata", []byte(object))
}

// Scavenge makes for good what the metadata of a stream hide.
func (db *Database) Scavenge(name string) {
	v, err := db.look(name, ^uint64(0))
	if err != nil {
		panic(err) // a test scavenges a stream that it deleted
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.streams[name].scavenged = v.first
}

// Tombstone deletes a stream for good.
func (db *Database) Tombstone(name string) { db.put(name, "$streamDeleted", nil) }

// remove deletes a stream, softly or for good, if it is at a revision.
func (db *Database) remove(name string, expected int64, hard bool) (outcome, error) {
	db.mu.Lock()
	s := db.streams[name]
	if s == nil {
		s = &stream{}
	}
	current, gone := int64(len(s.events))-1, s.tombstoned
	db.mu.Unlock()
	switch {
	case gone:
		return outcome{}, errDeleted
	case expected >= 0 && expected != current, expected == expectNone && current >= 0, expected == expectExists && current < 0:
		return outcome{conflict: true, current: current}, nil
	}
	if hard {
		db.Tombstone(name)
	} else {
		db.SetMetadata(name, fmt.Sprintf(`{"$tb":%d}`, int64(math.MaxInt64)))
	}
	return outcome{current: current, position: db.Head() - 1}, nil
}

// Put appends events with these data to a stream, whatever it holds.
func (db *Database) Put(name string, data ...[]byte) {
	for _, d := range data {
		db.put(name, "put", d)
	}
}

func (db *Database) put(name, kind string, data []byte) {
	db.mu.Lock()
	e := db.made(name, kind, data)
	db.mu.Unlock()
	if _, err := db.write(name, expectAny, []*event{e}); err != nil {
		panic(err) // a test wrote to a stream that it deleted
	}
}

// made is an event that no client sent.
func (db *Database) made(name, kind string, data []byte) *event {
	system := map[string]string{"type": kind, "content-type": "application/json"}
	return newEvent(name, structured(0x5000_0000, int64(db.next)), data, nil, system)
}

// Advance moves the clock on.
func (db *Database) Advance(d time.Duration) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.ticks += int64(d / 100)
}

// Data are the data of the events of a stream, also of those that metadata hide.
func (db *Database) Data(name string) [][]byte {
	db.mu.Lock()
	defer db.mu.Unlock()
	var all [][]byte
	if s := db.streams[name]; s != nil {
		for _, e := range s.events {
			all = append(all, e.Data)
		}
	}
	return all
}

// Metadata are the users' metadata of the events of a stream, and Types their
// types.
func (db *Database) Metadata(name string) (meta []string, types []string) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if s := db.streams[name]; s != nil {
		for _, e := range s.events {
			meta, types = append(meta, string(e.CustomMetadata)), append(types, e.Metadata["type"])
		}
	}
	return meta, types
}

// wait is closed at the next write.
func (db *Database) wait() <-chan struct{} {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.grown
}

// Head is the position after the last event of the database.
func (db *Database) Head() uint64 {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.next
}
