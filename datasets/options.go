package datasets

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/pkg/errors"
)

// Option configures a data set. Not every option makes sense for every data set:
// one that does not is an error.
type Option func(*config)

type config struct {
	given     []string // names of the options, to find those that do not apply
	dir, path string
	ctx       context.Context
	out       io.Writer // where downloads are announced
	seed      int64

	train, test int // of Digits
	labelMode   string
	version     string
	testSplit   float64

	// Of texts.
	numWords, skipTop, maxLen, indexFrom int
	startChar, oovChar                   *int // nil: none
}

// WithDir reads the files from a folder instead of Keras's cache, and downloads
// nothing. An empty path means the cache.
func WithDir(path string) Option {
	return func(c *config) { c.given, c.dir = append(c.given, "WithDir"), path }
}

// WithContext ends a download when ctx is done.
func WithContext(ctx context.Context) Option {
	return func(c *config) { c.given, c.ctx = append(c.given, "WithContext"), ctx }
}

// Path is the name of the file in Keras's cache, or in the folder of WithDir.
func Path(name string) Option {
	return func(c *config) { c.given, c.path = append(c.given, "Path"), name }
}

// WithSeed makes other data of the same kind, or another order of it: that which
// Python Keras has with this seed.
func WithSeed(seed int64) Option {
	return func(c *config) { c.given, c.seed = append(c.given, "WithSeed"), seed }
}

// WithCount sets the number of training and test samples.
func WithCount(train, test int) Option {
	return func(c *config) { c.given, c.train, c.test = append(c.given, "WithCount"), train, test }
}

// TestSplit sets the fraction of samples that are for testing, from 0 to below 1.
func TestSplit(fraction float64) Option {
	return func(c *config) { c.given, c.testSplit = append(c.given, "TestSplit"), fraction }
}

// Version chooses the size of a data set that comes in several: "large" or "small".
func Version(name string) Option {
	return func(c *config) { c.given, c.version = append(c.given, "Version"), name }
}

// LabelMode chooses between the "fine" and the "coarse" labels of CIFAR-100.
func LabelMode(name string) Option {
	return func(c *config) { c.given, c.labelMode = append(c.given, "LabelMode"), name }
}

// NumWords keeps the numbers below n, of the most frequent words; others become OOVChar.
// 0, the default, means the largest number of all, which is thus kept out, as in Keras.
func NumWords(n int) Option {
	return func(c *config) { c.given, c.numWords = append(c.given, "NumWords"), n }
}

// SkipTop turns the numbers below n, of marks and the most frequent words, into OOVChar.
// Default 0.
func SkipTop(n int) Option {
	return func(c *config) { c.given, c.skipTop = append(c.given, "SkipTop"), n }
}

// MaxLen leaves out the texts of n or more numbers, as Keras does; data.PadSequences cuts
// them. 0, the default, means no limit.
func MaxLen(n int) Option {
	return func(c *config) { c.given, c.maxLen = append(c.given, "MaxLen"), n }
}

// StartChar is the number before each text. Default 1.
func StartChar(char int) Option {
	return func(c *config) { c.given, c.startChar = append(c.given, "StartChar"), &char }
}

// WithoutStartChar puts nothing before texts, as Keras does for start_char=None.
func WithoutStartChar() Option {
	return func(c *config) { c.given, c.startChar = append(c.given, "WithoutStartChar"), nil }
}

// OOVChar stands for the numbers that NumWords and SkipTop keep out. Default 2.
func OOVChar(char int) Option {
	return func(c *config) { c.given, c.oovChar = append(c.given, "OOVChar"), &char }
}

// WithoutOOVChar removes the numbers that NumWords and SkipTop keep out, as Keras does for
// oov_char=None.
func WithoutOOVChar() Option {
	return func(c *config) { c.given, c.oovChar = append(c.given, "WithoutOOVChar"), nil }
}

// IndexFrom is what the number of a word has beyond its rank. Default 3.
func IndexFrom(n int) Option {
	return func(c *config) { c.given, c.indexFrom = append(c.given, "IndexFrom"), n }
}

// newConfig applies options to the defaults c; only those named in known may be given.
func newConfig(c config, options []Option, known ...string) (*config, error) {
	c.ctx, c.out = context.Background(), stdout{}
	for _, o := range options {
		if o != nil {
			o(&c)
		}
	}
	for _, name := range c.given {
		if !slices.Contains(known, name) {
			return nil, errors.Errorf("expected options from %q, received %s", known, name)
		}
	}
	if c.ctx == nil {
		return nil, errors.New("expected a context, received nil")
	}
	if c.path != "" && (c.path != filepath.Base(c.path) || !filepath.IsLocal(c.path)) {
		return nil, errors.Errorf("expected Path to be the name of a file, received %q; WithDir chooses its folder", c.path)
	}
	if !(c.testSplit >= 0 && c.testSplit < 1) {
		return nil, errors.Errorf("expected a TestSplit from 0 to below 1, received %v", c.testSplit)
	}
	return &c, nil
}

// forTraining returns how many of n samples are not for testing.
func (c *config) forTraining(n int) int { return int(float64(n) * (1 - c.testSplit)) }

// stdout is os.Stdout at the time of writing: notebooks exchange it for each cell.
type stdout struct{}

func (stdout) Write(p []byte) (int, error) { return os.Stdout.Write(p) }
