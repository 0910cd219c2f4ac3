package directory

import (
	"context"

	"htxledger/projections/answers"
)

// worded is a directory that is asked in words, each question at a head of its own.
type worded struct {
	*Directory
	service *answers.Service
}

func (w worded) Card(q answers.Query, key string) (*Card, error) {
	p, err := w.service.Head().Resolve(q)
	if err != nil {
		return nil, err
	}
	return w.Directory.Card(p, key)
}

func (w worded) Events(ctx context.Context, q answers.Query, f EventFilter) (*Events, error) {
	p, err := w.service.Head().ResolvePrefix(q)
	if err != nil {
		return nil, err
	}
	return w.Directory.Events(ctx, p, f)
}

func (w worded) Requests(q answers.Query, f RequestFilter) (*Requests, error) {
	p, err := w.service.Head().ResolvePrefix(q)
	if err != nil {
		return nil, err
	}
	return w.Directory.Requests(p, f)
}

func (w worded) Request(q answers.Query, key string) (*answers.Point, *Request, error) {
	p, err := w.service.Head().ResolvePrefix(q)
	if err != nil {
		return nil, nil, err
	}
	r, err := w.Directory.Request(key, p.Size)
	return p, r, err
}
