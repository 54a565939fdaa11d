package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer      = (*LambdaLayer)(nil)
	_ keras.MaskTaker  = (*LambdaLayer)(nil)
	_ keras.MaskRouter = (*LambdaLayer)(nil)
)

// Function is the maths of a layer: nodes of a Gorgonia graph made from nodes.
type Function = func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error)

// Lambda returns a layer that is a function, of keras/ops or of Gorgonia's own:
//
//	layers.Lambda("square", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
//		return t.Out(gorgonia.Must(gorgonia.Square(in[0])))
//	})
//
// The output shapes are found by tracing the function. The layer has no weights, and
// a mask ends here. An empty name is an automatic one. A file of a model has the
// layer's name, not its function: to load it, pass a factory for "Lambda" to
// models.WithCustomLayers. Errors: no function; those of the function, which may also panic.
func Lambda(name string, f Function) *LambdaLayer {
	l := &LambdaLayer{cfg: lambdaConfig{function: f}}
	l.init(l, "Lambda", &l.cfg)
	if name != "" {
		l.WithName(name)
	}
	return l
}

// LambdaLayer is the layer that Lambda returns.
type LambdaLayer struct {
	base[LambdaLayer]
	cfg lambdaConfig
}

type lambdaConfig struct{ function Function }

func (c *lambdaConfig) validate() error {
	var f faults
	f.require(c.function != nil, "expected a function, received nil")
	return f.err()
}

// Call runs the function.
func (l *LambdaLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return l.cfg.function(t, in...)
}

// TakesMask says that Keras's call has an argument mask.
func (l *LambdaLayer) TakesMask() bool { return true }

// RouteMasks gives none, as Keras does without a word.
func (l *LambdaLayer) RouteMasks(int) []int { return nil }
