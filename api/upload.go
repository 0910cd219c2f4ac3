package api

import (
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/imports"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// readUpload reads a file and what is said about it.
func (s *Server) readUpload(c echo.Context) (said parameters, name string, b []byte, err error) {
	r := c.Request()
	most := int64(s.tray.Limits.Upload)
	if said, err = parseSaid(r.URL.RawQuery); err != nil {
		return said, "", nil, err
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || r.Header.Get("Content-Encoding") != "" {
		return said, "", nil, errUploadType
	}
	if r.ContentLength > most+maxFields*maxFieldBytes {
		return said, "", nil, imports.ErrUploadSize.With(most >> 20).At(fileField)
	}
	release, err := s.acquireUploadSlot(c)
	if err != nil {
		return said, "", nil, err
	}
	defer release()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, most+maxFields*maxFieldBytes)
	if media == "multipart/form-data" {
		name, b, err = readParts(r, said.values, most)
	} else {
		name = said.get("name")
		b, err = readFile(r.Body, most)
	}
	switch {
	case err != nil:
		return said, "", nil, bodyError(c, err, most)
	case name == "" || len(b) == 0:
		return said, "", nil, errNoUpload.At(fileField)
	case len(name) > maxName:
		return said, "", nil, errManyParts.At(fileField)
	}
	return said, filepath.Base(strings.ReplaceAll(name, `\`, "/")), b, checkFields(said.values)
}

// acquireUploadSlot waits for one of the slots for uploads, and gives the sender the
// time that a slow line takes.
func (s *Server) acquireUploadSlot(c echo.Context) (release func(), err error) {
	ctx, cancel := context.WithTimeout(c.Request().Context(), readTimeout/2)
	defer cancel()
	select {
	case s.uploads <- struct{}{}:
	case <-ctx.Done():
		return nil, ledger.NotWritten(imports.ErrTrayFull)
	}
	control := http.NewResponseController(c.Response())
	_ = control.SetReadDeadline(time.Now().Add(uploadAtMost)) // a recorder in a test has none
	_ = control.SetWriteDeadline(time.Now().Add(uploadAtMost + writeTimeout))
	return func() { <-s.uploads }, nil
}

// bodyError is why a body was not read to its end.
func bodyError(c echo.Context, err error, most int64) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return imports.ErrUploadSize.With(most >> 20).At(fileField)
	}
	if _, ok := fault.Of(err); ok {
		return err
	}
	if known := fromHTTP(c, err); known != err {
		return known
	}
	return errBroken.Because(err)
}

func readFile(r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		return nil, imports.ErrUploadSize.With(most >> 20).At(fileField)
	}
	return b, err
}

// readParts reads a form: one file, and fields, which are added to said. An
// empty field says nothing.
func readParts(r *http.Request, said url.Values, most int64) (name string, b []byte, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, errUploadType.Because(err)
	}
	for n := 0; ; n++ {
		p, err := parts.NextPart()
		if err == io.EOF {
			return name, b, nil
		}
		if err != nil {
			return "", nil, err
		}
		if n >= maxFields {
			return "", nil, errManyParts
		}
		if p.FormName() == fileField {
			if name != "" {
				return "", nil, errTwice.With(fileField).At(fileField)
			}
			name = p.FileName()
			b, err = readFile(p, most)
		} else {
			err = readField(p, said)
		}
		if err != nil {
			return "", nil, err
		}
	}
}

func readField(p *multipart.Part, said url.Values) error {
	b, err := io.ReadAll(io.LimitReader(p, maxFieldBytes+1))
	if err != nil {
		return err
	}
	if len(b) > maxFieldBytes {
		return errManyParts.At(p.FormName())
	}
	if len(b) > 0 {
		said.Add(p.FormName(), string(b))
	}
	return nil
}

// parseSaid reads what a query string says about a file.
func parseSaid(raw string) (parameters, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return parameters{}, errQuery
	}
	return parameters{values}, checkFields(values)
}

// checkFields refuses a field that files do not have, and one that is there twice.
func checkFields(values url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case !slices.Contains(importNames, name):
			return errParameter.With(name, strings.Join(importNames, ", ")).At(name)
		case len(values[name]) > 1 && !slices.Contains(repeated, name):
			return errTwice.With(name).At(name)
		}
	}
	return nil
}
