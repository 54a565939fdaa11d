package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer        = (*CustomLayer)(nil)
	_ keras.ShapeInferer = (*CustomLayer)(nil)
)

// CustomSpec is a layer of one's own as a struct of functions, for where types
// cannot be declared, as in notebooks.
type CustomSpec struct {
	// Name is the class; the layer's automatic name follows from it. Default "Custom".
	Name string
	// Build makes the weights with l.AddWeight. nil: there are none.
	Build func(l *keras.Base, in ...keras.Shape) error
	// Call is the maths; it reads the weights with t.Weight.
	Call Function
	// OutputShapes says the shapes of the outputs. nil: they are found by tracing Call.
	OutputShapes func(in ...keras.Shape) ([]keras.Shape, error)
}

// Custom returns a layer made of functions:
//
//	scale := layers.Custom(layers.CustomSpec{
//		Name: "Scale",
//		Build: func(l *keras.Base, in ...keras.Shape) error {
//			l.AddWeight("factor", keras.Shape{in[0].Last()}, initializers.Ones())
//			return nil
//		},
//		Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
//			return t.Out(ops.Mul(in[0], t.Weight("factor")))
//		},
//	})
//
// A mask ends here. Errors: no Call; those of the functions, which may also panic.
func Custom(spec CustomSpec) *CustomLayer {
	if spec.Name == "" {
		spec.Name = "Custom"
	}
	l := &CustomLayer{cfg: customConfig{spec: spec}}
	return l.init(l, spec.Name, &l.cfg)
}

// CustomLayer is the layer that Custom returns.
type CustomLayer struct {
	base[CustomLayer]
	cfg customConfig
}

type customConfig struct{ spec CustomSpec }

func (c *customConfig) validate() error {
	var f faults
	f.require(c.spec.Call != nil, "expected a CustomSpec with Call, received none")
	return f.err()
}

// Build runs the spec's Build.
func (l *CustomLayer) Build(in ...keras.Shape) error {
	if l.cfg.spec.Build == nil {
		return nil
	}
	return l.cfg.spec.Build(&l.Base, in...)
}

// OutputShapes runs the spec's OutputShapes; nil leaves it to tracing.
func (l *CustomLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if l.cfg.spec.OutputShapes == nil {
		return nil, nil
	}
	return l.cfg.spec.OutputShapes(in...)
}

// Call runs the spec's Call.
func (l *CustomLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return l.cfg.spec.Call(t, in...)
}
