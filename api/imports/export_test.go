package imports

// Crash leaves a tray as the end of its process does: nothing of it is kept from now
// on, and the lock of its folder is free.
func (t *Tray) Crash() {
	t.start()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Folder = nil
	if t.unlock != nil {
		t.unlock()
		t.unlock = nil
	}
	t.stop()
	t.halt()
}
