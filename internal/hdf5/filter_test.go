package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func deflated(t *testing.T, b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, err := w.Write(b)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestDamagedChunks(t *testing.T) {
	plain := []byte("0123456789ab")
	packed := deflated(t, plain)
	changed := bytes.Clone(packed)
	changed[len(changed)-1] ^= 1
	deflate, shuffle, fletcher := filter{id: filterDeflate}, filter{filterShuffle, []uint64{4}}, filter{id: filterFletcher32}
	sum := binary.LittleEndian.AppendUint32(nil, fletcher32(plain))
	for _, tt := range []struct {
		name    string
		filters []filter
		skipped uint64
		b       []byte
		want    string
		err     string
	}{
		{"no filter", nil, 0, plain, string(plain), ""},
		{"deflate", []filter{deflate}, 0, packed, string(plain), ""},
		{"shuffle", []filter{shuffle}, 0, plain, "0369147a258b", ""},
		{"fletcher32", []filter{fletcher}, 0, append(bytes.Clone(plain), sum...), string(plain), ""},
		{"a checksum that was compressed too", []filter{fletcher, deflate}, 0, deflated(t, append(bytes.Clone(plain), sum...)), string(plain), ""},
		{"skipped", []filter{shuffle, deflate}, 1, packed, string(plain), ""},
		{"too short", nil, 0, plain[:11], "", "expected 12 bytes, received 11"},
		{"too little in it", []filter{deflate}, 0, deflated(t, plain[:11]), "", "expected 12 bytes, received 11"},
		{"too much in it", []filter{deflate}, 0, deflated(t, make([]byte, 1<<20)), "", "deflate: expected at most 16 bytes, received more"},
		{"cut off", []filter{deflate}, 0, packed[:len(packed)-5], "", "deflate: unexpected EOF"},
		{"another checksum in deflate", []filter{deflate}, 0, changed, "", "deflate: zlib: invalid checksum"},
		{"no deflate", []filter{deflate}, 0, plain, "", "deflate: zlib: invalid header"},
		{"another checksum", []filter{fletcher}, 0, append(bytes.Clone(plain), 1, 2, 3, 4), "", "fletcher32: expected the checksum 04030201"},
		{"no checksum", []filter{fletcher}, 0, plain[:3], "", "fletcher32: expected a checksum"},
		{"shuffle without a size", []filter{{id: filterShuffle}}, 0, plain, "", "shuffle: expected the size of an element"},
		{"shuffle of large elements", []filter{{filterShuffle, []uint64{1 << 31}}}, 0, plain, string(plain), ""},
		{"shuffle of elements that do not divide it", []filter{{filterShuffle, []uint64{5}}}, 0, plain, "0246813579ab", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := &unfilter{filters: tt.filters, size: len(plain)}
			for range 2 { // its buffers are used again
				got, err := u.chunk(tt.b, tt.skipped)
				if tt.err != "" {
					assert.ErrorContains(t, err, tt.err)
					continue
				}
				require.NoError(t, err)
				assert.Equal(t, tt.want, string(got))
			}
		})
	}
}
