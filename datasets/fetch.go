package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pkg/errors"
	"github.com/schollz/progressbar/v3"

	"github.com/gokeras/gokeras/internal/atomicfile"
)

// storage is where Keras publishes data sets.
const storage = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

// remote is a published file.
type remote struct {
	url    string
	name   string // in the cache; slashes lead into folders
	size   int64  // in bytes
	sha256 string
}

// cacheDir returns the folder in which Keras keeps data sets.
func cacheDir() (string, error) {
	if home := os.Getenv("KERAS_HOME"); home != "" {
		return filepath.Join(home, "datasets"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.WithMessage(err, "find the cache; set KERAS_HOME")
	}
	return filepath.Join(home, ".keras", "datasets"), nil
}

// find returns the path of r in the folder of WithDir or, else, in the cache.
func (c *config) find(r remote) (string, error) {
	if c.path != "" {
		r.name = c.path
	}
	if c.dir != "" {
		return filepath.Join(c.dir, r.name), nil
	}
	return c.fetch(r)
}

// fetch returns the path of r in the cache. A file that is missing or has another
// checksum is downloaded.
func (c *config) fetch(r remote) (string, error) {
	dir, err := cacheDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, filepath.FromSlash(r.name))
	switch sum, err := fileSum(path); {
	case err == nil && sum == r.sha256:
		return path, nil
	case err == nil:
		fmt.Fprintf(c.out, "A local file was found, but it seems to be incomplete or outdated because the sha256 file hash "+
			"does not match the original value of %s so we will re-download the data.\n", r.sha256)
	case !errors.Is(err, fs.ErrNotExist):
		return "", errors.WithStack(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", errors.WithMessage(err, "make the cache; KERAS_HOME chooses another place")
	}
	return path, c.download(r, path)
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// download writes r to path, when it is complete and verified.
func (c *config) download(r remote, path string) error {
	fmt.Fprintf(c.out, "Downloading data from %s\n", r.url)
	request, err := http.NewRequestWithContext(c.ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return errors.WithStack(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err // without the URL, which stands in the message already
		}
		return errors.WithMessagef(err, "URL fetch failure on %s", r.url)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.Errorf("URL fetch failure on %s: %s", r.url, response.Status)
	}

	begun := false
	err = atomicfile.Write(path, func(w io.Writer) error {
		begun = true
		return c.receive(r, response.Body, w)
	})
	if err != nil && !begun {
		return errors.WithMessagef(err, "make a file in %s; KERAS_HOME chooses another place", filepath.Dir(path))
	}
	return err
}

// receive copies what is downloaded, and verifies it.
func (c *config) receive(r remote, body io.Reader, w io.Writer) error {
	h := sha256.New()
	// One byte more than expected tells a file that is too long, without reading on.
	n, err := io.Copy(io.MultiWriter(w, h, newBar(c.out, r.size)), io.LimitReader(body, r.size+1))
	fmt.Fprintln(c.out)
	if err != nil {
		return errors.WithMessagef(err, "URL fetch failure on %s after %d of %d bytes", r.url, n, r.size)
	}
	if n != r.size {
		return errors.Errorf("URL fetch failure on %s: expected %d bytes, received %s", r.url, r.size, lengthText(n, r.size))
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != r.sha256 {
		return errors.Errorf("Incomplete or corrupted file detected on %s: expected sha256 %s, received %s", r.url, r.sha256, sum)
	}
	return nil
}

func lengthText(n, limit int64) string {
	if n > limit {
		return "more"
	}
	return fmt.Sprint(n)
}

// barInterval is how often Keras redraws its bar.
const barInterval = 50 * time.Millisecond

// bar is a progress bar that looks like Keras's and counts what is written to it.
type bar struct{ *progressbar.ProgressBar }

func newBar(out io.Writer, size int64) bar {
	return bar{progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetWidth(20),
		progressbar.OptionShowBytes(true),
		progressbar.OptionShowTotalBytes(true),
		progressbar.OptionThrottle(barInterval),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "━", SaucerPadding: " "}),
	)}
}

// Write never fails: a bar that cannot be drawn must not end a download.
func (b bar) Write(p []byte) (int, error) {
	_ = b.Add(len(p))
	return len(p), nil
}
