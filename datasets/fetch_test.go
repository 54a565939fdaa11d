package datasets

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// publish serves the tiny mnist.npz, through handler if there is one, and makes a
// new folder the cache. Requests are counted.
func publish(t *testing.T, handler http.HandlerFunc) (r remote, cache string, requests *atomic.Int64) {
	t.Helper()
	b, err := os.ReadFile("testdata/mnist.npz")
	require.NoError(t, err)
	requests = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		requests.Add(1)
		if handler != nil {
			handler(w, request)
			return
		}
		_, _ = w.Write(b)
	}))
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		server.Close()
	})
	home := t.TempDir()
	t.Setenv("KERAS_HOME", home)
	sum := sha256.Sum256(b)
	return remote{
		url:    server.URL + "/mnist.npz",
		name:   mnistFile,
		size:   int64(len(b)),
		sha256: hex.EncodeToString(sum[:]),
	}, filepath.Join(home, "datasets"), requests
}

func load(r remote, ctx context.Context) (train, test Split, printed string, err error) {
	var out bytes.Buffer
	c := &config{ctx: ctx, out: &out}
	train, test, err = loadMNIST(c, r)
	return train, test, out.String(), err
}

// Files that are there under the names that Python Keras gives them are used; others
// come there.
func TestKerasNames(t *testing.T) {
	server := httptest.NewServer(http.FileServer(http.Dir("testdata")))
	defer func() {
		http.DefaultClient.CloseIdleConnections()
		server.Close()
	}()
	home := t.TempDir()
	t.Setenv("KERAS_HOME", home)
	c := func() *config { return &config{ctx: t.Context(), out: io.Discard} }
	// published is r as far as the cache is concerned, and a file of testdata otherwise.
	published := func(r remote, file string) remote {
		b, err := os.ReadFile(filepath.Join("testdata", file))
		require.NoError(t, err)
		sum := sha256.Sum256(b)
		return remote{url: server.URL + "/" + file, name: r.name, size: int64(len(b)), sha256: hex.EncodeToString(sum[:])}
	}
	requireInCache := func(name string) {
		_, err := os.Stat(filepath.Join(home, "datasets", filepath.FromSlash(name)))
		require.NoError(t, err)
	}

	var four []remote
	for _, r := range fashionMNIST {
		four = append(four, published(r, "fashion-mnist/"+filepath.Base(r.url)))
	}
	train, _, err := loadFashionMNIST(c(), four)
	require.NoError(t, err)
	assert.Equal(t, 4, train.X.Shape()[0])
	for _, kind := range []string{"train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"} {
		requireInCache("fashion-mnist/" + kind + "-ubyte.gz")
	}

	ten := cifar10
	ten.published = published(cifar10.published, "cifar-10-python.tar.gz")
	_, test, err := ten.load(c())
	require.NoError(t, err)
	assert.Equal(t, 3, test.X.Shape()[0])
	requireInCache("cifar-10-batches-py-target_archive")

	texts := published(remote{name: "imdb.npz"}, "imdb.npz")
	elsewhere := c()
	elsewhere.path = "mine.npz"
	_, _, err = loadIMDB(elsewhere, texts)
	require.NoError(t, err)
	requireInCache("mine.npz")

	server.Close()
	_, _, err = ten.load(c())
	require.NoError(t, err, "it is there")
	_, err = c().wordIndex(published(remote{name: "imdb_word_index.json"}, "imdb_word_index.json"))
	require.ErrorContains(t, err, "URL fetch failure on ")
}

// requireEmpty requires that nothing is left in the cache.
func requireEmpty(t *testing.T, cache string) {
	t.Helper()
	entries, err := os.ReadDir(cache)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestDownload(t *testing.T) {
	r, cache, requests := publish(t, nil)
	train, test, printed, err := load(r, t.Context())
	requireTinyMNIST(t, train, test, err)
	assert.Regexp(t, `^Downloading data from http://\S+/mnist\.npz\n[^\n]*100%[^\n]*━{20}[^\n]*\n$`, printed)
	entries, err := os.ReadDir(cache)
	require.NoError(t, err)
	require.Len(t, entries, 1, "the file and no other")

	train, test, printed, err = load(r, t.Context())
	requireTinyMNIST(t, train, test, err)
	assert.Empty(t, printed, "the second time it is there")
	assert.Equal(t, int64(1), requests.Load())

	require.NoError(t, os.WriteFile(filepath.Join(cache, mnistFile), []byte("old"), 0o644))
	train, test, printed, err = load(r, t.Context())
	requireTinyMNIST(t, train, test, err)
	assert.Contains(t, printed, "A local file was found, but it seems to be incomplete or outdated because the sha256 file hash does not match the original value of "+r.sha256+" so we will re-download the data.\n")
	assert.Equal(t, int64(2), requests.Load())
}

func TestDownloadErrors(t *testing.T) {
	body := func(b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }
	}
	whole, err := os.ReadFile("testdata/mnist.npz")
	require.NoError(t, err)
	for _, tt := range []struct {
		reason  string
		handler http.HandlerFunc
		want    string // a regular expression
	}{
		{"no such file", http.NotFound, `^URL fetch failure on http://\S+: 404 Not Found$`},
		{"too short", body(whole[:100]), `^URL fetch failure on http://\S+: expected \d+ bytes, received 100$`},
		{"too long", body(append(bytes.Clone(whole), 0)), `^URL fetch failure on http://\S+: expected \d+ bytes, received more$`},
		{"changed", body(flip(whole, 50)), `^Incomplete or corrupted file detected on http://\S+: expected sha256 [0-9a-f]{64}, received [0-9a-f]{64}$`},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write(whole[:100])
		}, `^URL fetch failure on http://\S+ after 100 of \d+ bytes: unexpected EOF$`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			r, cache, _ := publish(t, tt.handler)
			_, _, _, err := load(r, t.Context())
			require.Error(t, err)
			assert.Regexp(t, tt.want, err.Error())
			requireEmpty(t, cache)
		})
	}
	t.Run("no server", func(t *testing.T) {
		r, cache, _ := publish(t, nil)
		r.url = "http://127.0.0.1:1/mnist.npz"
		_, _, _, err := load(r, t.Context())
		assert.ErrorContains(t, err, "URL fetch failure on http://127.0.0.1:1/mnist.npz: dial tcp")
		requireEmpty(t, cache)
	})
	t.Run("no place for it", func(t *testing.T) {
		r, _, _ := publish(t, nil)
		file := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(file, nil, 0o644))
		t.Setenv("KERAS_HOME", file)
		_, _, _, err := load(r, t.Context())
		assert.Error(t, err)
	})
}

func TestDownloadIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, cache, _ := publish(t, func(w http.ResponseWriter, request *http.Request) {
		_, _ = w.Write(make([]byte, 10))
		w.(http.Flusher).Flush()
		cancel()
		<-request.Context().Done()
	})
	_, _, _, err := load(r, ctx)
	require.ErrorIs(t, err, context.Canceled)
	requireEmpty(t, cache)

	_, _, _, err = load(r, ctx)
	require.ErrorIs(t, err, context.Canceled, "cancelled before it starts")
}

func TestCacheDir(t *testing.T) {
	t.Setenv("KERAS_HOME", "/keras")
	dir, err := cacheDir()
	require.NoError(t, err)
	assert.Equal(t, filepath.FromSlash("/keras/datasets"), dir)
	t.Setenv("KERAS_HOME", "")
	t.Setenv("HOME", "/home/me")
	t.Setenv("USERPROFILE", "/home/me")
	dir, err = cacheDir()
	require.NoError(t, err)
	assert.Equal(t, filepath.FromSlash("/home/me/.keras/datasets"), dir)
}
