package layers

import (
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// spatialDropout is what the dropouts of whole channels share.
type spatialDropout[Self any] struct {
	base[Self]
	cfg   spatialDropoutConfig
	seeds *keras.SeedGenerator
}

type spatialDropoutConfig struct {
	rank int // spatial axes

	Rate       float64    `keras:"rate"`
	Seed       *int       `keras:"seed"`
	DataFormat DataFormat `keras:"data_format"`
}

// take sets the options for a rank.
func (l *spatialDropout[Self]) take(rank int, rate float64) {
	l.cfg = spatialDropoutConfig{rank: rank, Rate: rate, DataFormat: ChannelsLast}
	l.PassMask()
	l.NothingToBuild()
}

// Seed sets seed, which makes the draws repeatable. Default a random one.
func (l *spatialDropout[Self]) Seed(seed int) *Self {
	l.cfg.Seed = &seed
	return l.self
}

// ConfigKeys are those of the class.
func (c *spatialDropoutConfig) ConfigKeys() []string {
	keys := []string{"rate", "seed"}
	if c.rank > 1 {
		keys = append(keys, "data_format")
	}
	return keys
}

func (c *spatialDropoutConfig) validate() error {
	var f faults
	f.requireRate("rate", c.Rate)
	f.dataFormat(c.DataFormat)
	return f.err()
}

// Config is Keras's get_config, which forgets trainable and activity_regularizer and has
// the keys of every layer behind two of its own.
func (l *spatialDropout[Self]) Config() keras.Config {
	own := keras.EncodeFields(&l.cfg)
	return slices.Insert(own, 2, keras.Entry{Key: "name", Value: l.Name()}, keras.Entry{Key: "dtype", Value: l.DType().String()})
}

// Build starts the random stream.
func (l *spatialDropout[Self]) Build(...keras.Shape) error {
	l.seeds = seedsOf(l.cfg.Seed)
	return nil
}

// OutputShapes gives the input's shape.
func (l *spatialDropout[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := singleOfRank(l.cfg.rank+2, in)
	return []keras.Shape{s}, err
}

// Call drops channels, in training.
func (l *spatialDropout[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := l.float(in[0])
	noise := keras.Shape(x.Shape().Clone())
	for _, a := range l.cfg.DataFormat.spatial(x.Dims()) {
		noise[a] = 1
	}
	return t.Out(ops.Dropout(t, x, l.cfg.Rate, noise, l.seeds))
}
