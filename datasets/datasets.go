package datasets

import (
	"context"
	"io"
	"os"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Split is one part of a data set: sample i is row i of X, its label element i of Y.
type Split struct {
	X, Y *tensor.Dense
}

// newSplit checks that x and y belong together and that labels are below classes.
// It names where they come from in its errors.
func newSplit(x, y *tensor.Dense, classes uint8, xFrom, yFrom string) (Split, error) {
	if nx, ny := x.Shape()[0], y.Shape()[0]; nx != ny {
		return Split{}, errors.Errorf("%s: expected %d labels, as many as %s has samples, received %d", yFrom, nx, xFrom, ny)
	}
	for i, label := range bytesOf(y) {
		if label >= classes {
			return Split{}, errors.Errorf("%s: expected labels from 0 to %d, received %d at position %d", yFrom, classes-1, label, i)
		}
	}
	return Split{X: x, Y: y}, nil
}

// bytesOf returns the elements of a uint8 tensor that is no scalar.
func bytesOf(t *tensor.Dense) []uint8 { return t.Data().([]uint8) }

// fromBytes returns a uint8 tensor over elements.
func fromBytes(elements []uint8, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements))
}

// Option configures a data set. Not every option makes sense for every data set:
// one that does not is an error.
type Option func(*config)

type config struct {
	given       []string // names of the options, to find those that do not apply
	dir         string
	ctx         context.Context
	seed        int64
	train, test int
	out         io.Writer // where downloads are announced
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

// WithSeed makes other data of the same kind.
func WithSeed(seed int64) Option {
	return func(c *config) { c.given, c.seed = append(c.given, "WithSeed"), seed }
}

// WithCount sets the number of training and test samples.
func WithCount(train, test int) Option {
	return func(c *config) { c.given, c.train, c.test = append(c.given, "WithCount"), train, test }
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
	return &c, nil
}

// stdout is os.Stdout at the time of writing: notebooks exchange it for each cell.
type stdout struct{}

func (stdout) Write(p []byte) (int, error) { return os.Stdout.Write(p) }
