package plot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// Option is an option of Model.
type Option func(*options)

// options are those of Keras's plot_model.
type options struct {
	shapes, dtypes, names, expand, activations, trainable bool

	rankDir, splines string
	dpi              int
}

func newOptions(opts []Option) (*options, error) {
	o := &options{rankDir: "TB", splines: "ortho", dpi: 200}
	for _, set := range opts {
		if set != nil {
			set(o)
		}
	}
	oneOf := func(option, value string, words ...string) error {
		if slices.Contains(words, value) {
			return nil
		}
		return keras.Expected(keras.ErrArgument, fmt.Sprintf("%s of %s", option, strings.Join(words, ", ")), fmt.Sprintf("%q", value))
	}
	if err := oneOf("RankDir", o.rankDir, "TB", "BT", "LR", "RL"); err != nil {
		return nil, err
	}
	if err := oneOf("Splines", o.splines, "ortho", "curved", "polyline", "spline", "line"); err != nil {
		return nil, err
	}
	if o.dpi < 1 {
		return nil, keras.Expected(keras.ErrArgument, "a DPI of at least 1", o.dpi)
	}
	return o, nil
}

// ShowShapes shows the shapes of inputs and outputs.
func ShowShapes() Option { return func(o *options) { o.shapes = true } }

// ShowDType shows the types of outputs.
func ShowDType() Option { return func(o *options) { o.dtypes = true } }

// ShowLayerNames shows the names of layers beside their classes.
func ShowLayerNames() Option { return func(o *options) { o.names = true } }

// ExpandNested shows what is inside of models that are layers, in a frame.
func ExpandNested() Option { return func(o *options) { o.expand = true } }

// ShowLayerActivations shows the activation of layers that have one.
func ShowLayerActivations() Option { return func(o *options) { o.activations = true } }

// ShowTrainable shows which layers with weights are trained and which are frozen.
func ShowTrainable() Option { return func(o *options) { o.trainable = true } }

// RankDir says where the arrows go: "TB" (default) from top to bottom, "BT", "LR" from left to right, "RL".
func RankDir(direction string) Option { return func(o *options) { o.rankDir = direction } }

// DPI is the number of pixels of a PNG per inch; a point, of which letters have 14, is 1/72 inch. Default 200.
func DPI(dpi int) Option { return func(o *options) { o.dpi = dpi } }

// Splines says how arrows are drawn: "ortho" (default) with right angles, "polyline" around boxes,
// "line" straight through, "spline" or "curved" with curves.
func Splines(style string) Option { return func(o *options) { o.splines = style } }
