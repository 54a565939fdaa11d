package kerasfile_test

import (
	"fmt"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// TestShardNames: files in the same folder, and nothing else.
func TestShardNames(t *testing.T) {
	shard, err := os.ReadFile("testdata/shards_00000.weights.h5")
	require.NoError(t, err)
	for _, tt := range []struct {
		index string
		kind  error
		want  string
	}{
		{`{"weight_map": {"/vars": "../shard.h5"}}`, kerasfile.ErrWeights, "expected the name of a file in the same folder, received ../shard.h5"},
		{`{"weight_map": {"/vars": ["shard.h5", "/etc/passwd"]}}`, kerasfile.ErrWeights, "received /etc/passwd"},
		{`{"weight_map": {"/vars": "..\\shard.h5"}}`, kerasfile.ErrWeights, `received ..\shard.h5`},
		{`{"weight_map": {"/vars": "c:shard.h5"}}`, kerasfile.ErrWeights, `received c:shard.h5`},
		{`{"weight_map": {"/vars": ".."}}`, kerasfile.ErrWeights, "received .."},
		{`{"weight_map": {"/vars": ""}}`, kerasfile.ErrWeights, "received "},
		{`{"weight_map": {"/vars": 3}}`, kerasfile.ErrWeights, "received 3"},
		{`{"weight_map": []}`, kerasfile.ErrWeights, "expected a weight_map"},
		{`[]`, keras.ErrConfig, "expected a JSON object"},
		{`{"weight_map": {"/vars": "."}}`, kerasfile.ErrWeights, "expected a file that can be read anywhere"},
		{`{"weight_map": {"/vars": "none.h5"}}`, os.ErrNotExist, "none.h5"},
		{`{"weight_map": {"/vars": ["x.weights.json", "shard.h5"]}}`, hdf5.ErrFormat, "x.weights.json: hdf5"},
	} {
		folder := fstest.MapFS{"x.weights.json": {Data: []byte(tt.index)}, "shard.h5": {Data: shard}}
		_, err := kerasfile.OpenShards(folder, "x.weights.json")
		require.ErrorIs(t, err, tt.kind, tt.index)
		assert.ErrorContains(t, err, tt.want, tt.index)
	}
	folder := fstest.MapFS{"shard.h5": {Data: shard}, "x.weights.json": {Data: []byte(fmt.Sprintf(`{"weight_map": {"/a": %q, "/b": [%[1]q]}}`, "shard.h5"))}}
	f, err := kerasfile.OpenShards(folder, "x.weights.json")
	require.NoError(t, err, "a name twice is one file")
	assert.NoError(t, f.Close())
	_, err = kerasfile.OpenShards(folder, "none.json")
	assert.ErrorIs(t, err, os.ErrNotExist)
}
