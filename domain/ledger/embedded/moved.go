package embedded

import (
	"io/fs"
	"os"

	"htxledger/domain/ledger"
)

// openFiles are the files of a store as they were when it opened them: the
// database, and the write-ahead log once something was appended. A database
// that is moved, removed or replaced by a restored copy goes on being written
// through what is open, so its path must still name the same file: what would be
// recorded in another is in no ledger that anybody opens again.
type openFiles struct {
	path          string
	database, log fs.FileInfo // nil before they are noted
}

// note remembers the database, which is open now.
func (f *openFiles) note(path string) (err error) {
	f.path = path
	f.database, err = os.Stat(path)
	return fileFault(err)
}

// noteLog remembers the write-ahead log. While a connection is open nobody
// removes it, so from the first write on it is one file.
func (f *openFiles) noteLog() error {
	if f.log != nil {
		return nil
	}
	info, err := os.Stat(f.path + "-wal")
	if err == nil {
		f.log = info
	}
	return fileFault(err)
}

// checkUnmoved is ledger.ErrStoreMoved if a path does not name the file that is open.
func (f *openFiles) checkUnmoved() error {
	if err := sameFile(f.path, f.database); err != nil {
		return err
	}
	return sameFile(f.path+"-wal", f.log)
}

// sameFile is ledger.ErrStoreMoved if a path does not name a file any more; nil
// for a file that was not noted.
func sameFile(path string, was fs.FileInfo) error {
	if was == nil {
		return nil
	}
	if is, err := os.Stat(path); err != nil || !os.SameFile(was, is) {
		return ledger.ErrStoreMoved.At(path).Because(err)
	}
	return nil
}

// ReportConnection is the answer of a log that knows by itself whether it is still the one
// that was opened: ledger.ErrStoreMoved where its files are others now. It reads
// nothing, and knows no size.
func (s *Store) ReportConnection() (ledger.Position, error) {
	s.mu.Lock()
	files := s.files
	s.mu.Unlock()
	return 0, files.checkUnmoved()
}

// held is nil while the paths name the files that are open; it is called with
// the lock of the writers held, before anything is inserted. What remains: files
// that are moved between this look and the end of the commit, which takes about
// as long as a sync of the disk, hold the records that were acknowledged, at
// their new place; it is the same as if they had been moved a moment later.
func (s *Store) held() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.files.noteLog(); err != nil {
		return ledger.ErrStoreMoved.At(s.path() + "-wal").Because(err)
	}
	return s.files.checkUnmoved()
}
