package canonical

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A page is a record in small: what the tests and benchmarks read and write.
type page struct {
	Position int64  `json:"position"`
	Recorded string `json:"recorded"`
	ID       string `json:"id"`
	Stream   string `json:"stream"`
	Revision int64  `json:"revision"`
	Kind     string `json:"kind"`
	Valid    string `json:"valid"`
	Actor    *actor `json:"actor,omitempty"`
	Source   *paper `json:"source,omitempty"`
	Data     Raw    `json:"data"`
}

type actor struct {
	ID    string `json:"id"`
	Role  string `json:"role"`
	Place string `json:"place,omitempty"`
}

type paper struct {
	Document string `json:"document"`
	Issued   string `json:"issued,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	Row      *int64 `json:"row,omitempty"`
}

const samplePage = `{"actor":{"id":"can-bo-1","place":"dak-mil","role":"officer"},` +
	`"data":{"agricultural":true,"form":"htx","founders":17,"name":"HTX Nông nghiệp Thuận An","place":"dak-mil"},` +
	`"id":"5f0c3a52-3d0e-5b3c-9d5f-0d1f0f5a6a10","kind":"coop.established/1","position":1204,` +
	`"recorded":"2023-12-05T02:11:09.123456Z","revision":3,` +
	`"source":{"document":"Quyết định 123/QĐ-UBND","issued":"2023-03-10","issuer":"UBND huyện Đắk Mil","row":12},` +
	`"stream":"coop/thuan-an","valid":"2023-03-14"}`

func TestAPageComesBackByteForByte(t *testing.T) {
	var p page
	require.NoError(t, Unmarshal([]byte(samplePage), &p))
	require.Equal(t, "Quyết định 123/QĐ-UBND", p.Source.Document)
	require.Equal(t, int64(12), *p.Source.Row)
	b, err := Marshal(p)
	require.NoError(t, err)
	require.Equal(t, samplePage, string(b))
}
