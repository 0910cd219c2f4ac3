package recorder

// Waiting is how many units are in the queue.
func (r *Recorder) Waiting() int { return len(r.queue) }
