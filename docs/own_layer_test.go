package docs_test

import (
	"fmt"
	"hash"
	"math"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

// --- Weights, options, state ---

// Center subtracts the mean that features have had so far.
type Center struct {
	keras.Base
	Momentum float64 `keras:"momentum"`
	mean     *keras.Variable
}

// NewCenter returns a Center whose mean follows the batches with a momentum.
func NewCenter(momentum float64) *Center {
	l := &Center{Momentum: momentum}
	l.Init(l, "Center")
	return l
}

func (l *Center) Build(in ...keras.Shape) error {
	if l.Momentum < 0 || l.Momentum > 1 {
		return keras.Expected(keras.ErrArgument, "a momentum from 0 to 1", l.Momentum)
	}
	l.mean = l.AddWeight("mean", keras.Shape{in[0].Last()},
		initializers.Zeros(), keras.NonTrainable())
	return nil
}

func (l *Center) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, mean := in[0], t.Var(l.mean)
	if !t.Training {
		return t.Out(ops.Sub(x, mean))
	}
	now := ops.Mean(x, 0)
	t.Update(l.mean, ops.Add(ops.Scale(mean, l.Momentum, 0), ops.Scale(now, 1-l.Momentum, 0)))
	return t.Out(ops.Sub(x, now))
}

func (l *Center) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return in, nil
}

// own-layer.md, "The state of a layer" and "The config".
func Example_ownLayer() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{2})
	model, err := models.New(inputs, NewCenter(0.5).Apply(inputs))
	check(err)
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.SGD(), Loss: losses.Named("mse")})
	check(err)
	x := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 10, 3, 30}))
	_, err = model.TrainOnBatch(x, x)
	check(err)
	fmt.Println(model.Weights()[0].Path(), model.Weights()[0].Value())

	momentum, _ := model.Layers()[1].Config().Get("momentum")
	fmt.Println(momentum)
	text, err := model.ToJSON()
	check(err)
	_, err = models.FromJSON(text)
	fmt.Println(err)

	keras.RegisterLayer("docs", "Center", func() keras.Layer { return NewCenter(0.99) })
	text, err = model.ToJSON()
	check(err)
	again, err := models.FromJSON(text)
	check(err)
	fmt.Println(again.Layers()[1].(*Center).Momentum)

	_, err = models.New(inputs, NewCenter(3).Apply(inputs))
	fmt.Println(err)
	// Output:
	// center/mean [ 1  10]
	// 0.5
	// center (Center): expected the name of a registered layer, received Center; keras.RegisterLayer makes it known, models.WithCustomLayers to one call
	// 0.5
	// center_1 (Center) at own_layer_test.go:90: expected a momentum from 0 to 1, received 3
}

// --- Layers inside ---

// Residual adds what two layers make of its input to the input.
type Residual struct {
	keras.Base
	Units  int         `keras:"units"`
	Hidden keras.Layer `keras:"hidden"`
	Out    keras.Layer `keras:"out"`
}

func NewResidual(units int) *Residual {
	l := &Residual{Units: units}
	l.Init(l, "Residual")
	return l
}

func (l *Residual) Build(in ...keras.Shape) error {
	l.Hidden = layers.Dense(4 * l.Units).Activation("gelu")
	l.Out = layers.Dense(l.Units)
	return nil
}

func (l *Residual) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	y := t.Apply(l.Out, t.Apply(l.Hidden, in[0]))
	t.AddLoss(ops.Scale(ops.Mean(ops.Square(y)), 1e-3, 0))
	return t.Out(ops.Add(in[0], y))
}

// own-layer.md, "Layers inside a layer".
func Example_layersInside() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{8})
	outputs := NewResidual(8).Apply(inputs)
	fmt.Println(outputs.Shape())
	for _, w := range outputs.Node().Layer().Weights() {
		fmt.Println(w.Path(), w.Shape())
	}
	// Output:
	// (None, 8)
	// residual/dense/kernel (8, 32)
	// residual/dense/bias (32,)
	// residual/dense_1/kernel (32, 8)
	// residual/dense_1/bias (8,)
}

// --- Masks ---

// MeanOverTime is the mean of the steps that count.
type MeanOverTime struct{ keras.Base }

func NewMeanOverTime() *MeanOverTime {
	l := &MeanOverTime{}
	l.Init(l, "MeanOverTime")
	return l
}

func (l *MeanOverTime) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, mask := in[0], t.Mask(0)
	if mask == nil {
		return t.Out(ops.Mean(x, 1))
	}
	counts := ops.ExpandDims(ops.Cast(mask, x.Dtype()), -1)
	return t.Out(ops.Div(ops.Sum(ops.Mul(x, counts), 1), ops.Sum(counts, 1)))
}

// ComputeMasks says that the output has no mask: its steps are gone.
func (l *MeanOverTime) ComputeMasks(t *keras.Trace, in, masks []*gorgonia.Node) ([]*gorgonia.Node, error) {
	return []*gorgonia.Node{nil}, nil
}

// own-layer.md, "Masks".
func Example_masks() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{keras.None, 1})
	x := layers.Masking().Apply(inputs)
	model, err := models.New(inputs, NewMeanOverTime().Apply(x))
	check(err)
	steps := tensor.New(tensor.WithShape(1, 4, 1), tensor.WithBacking([]float32{2, 0, 4, 0}))
	y, err := model.Predict(steps)
	check(err)
	fmt.Println(y.Float32s())
	// Output: [3]
}

// --- Without a type ---

// own-layer.md, "Without a type".
func Example_custom() {
	keras.ClearSession()
	scale := layers.Custom(layers.CustomSpec{
		Name: "Scale",
		Build: func(l *keras.Base, in ...keras.Shape) error {
			l.AddWeight("factor", keras.Shape{in[0].Last()}, initializers.Ones(),
				keras.WithRegularizer(regularizers.L2(0.01)))
			return nil
		},
		Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.Mul(in[0], t.Weight("factor")))
		},
	})
	y := scale.Apply(keras.Input(keras.Shape{3}))
	fmt.Println(scale.Name(), y.Shape(), scale.Weights()[0].Shape())
	// Output: scale (None, 3) (3,)
}

// own-layer.md, "Gorgonia's functions".
func Example_gorgoniaFunctions() {
	keras.ClearSession()
	cube := layers.Lambda("cube", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		y, err := gorgonia.Cube(in[0])
		if err != nil {
			return nil, err
		}
		return t.Out(y)
	})
	y, err := models.Call(cube, tensor.New(tensor.WithBacking([]float32{1, 2, 3})))
	check(err)
	fmt.Println(y.Float32s())
	// Output: [1 8 27]
}

// --- An Op ---

// arctan is an Op of Gorgonia's kind: y = arctan(x), for each element.
type arctan struct{}

func (arctan) Arity() int { return 1 }

// Type says that the result is of the input's type. It is made anew for each call.
func (arctan) Type() hm.Type {
	a := hm.TypeVariable('a')
	return hm.NewFnType(a, a)
}

func (arctan) InferShape(in ...gorgonia.DimSizer) (tensor.Shape, error) {
	return in[0].(tensor.Shape), nil
}

// Do computes. Its result is memory of its own: x may be a weight.
func (arctan) Do(in ...gorgonia.Value) (gorgonia.Value, error) {
	x, ok := in[0].(*tensor.Dense)
	if !ok {
		return nil, errors.Errorf("arctan of %T", in[0])
	}
	y := x.Clone().(*tensor.Dense)
	switch elements := y.Data().(type) {
	case []float32:
		for i, e := range elements {
			elements[i] = float32(math.Atan(float64(e)))
		}
	case []float64:
		for i, e := range elements {
			elements[i] = math.Atan(e)
		}
	default:
		return nil, errors.Errorf("arctan of %v", x.Dtype())
	}
	return y, nil
}

// DiffWRT says which inputs have a gradient.
func (arctan) DiffWRT(int) []bool { return []bool{true} }

// SymDiff draws the gradient: dx = dy / (1 + x²).
func (arctan) SymDiff(in gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
	return gorgonia.Nodes{ops.Div(dy, ops.Scale(ops.Square(in[0]), 1, 1))}, nil
}

// What the machine asks for: two nodes of one Op on one input are one node if their hashes are equal.
func (arctan) ReturnsPtr() bool      { return false }
func (arctan) CallsExtern() bool     { return false }
func (arctan) OverwritesInput() int  { return -1 }
func (arctan) String() string        { return "arctan" }
func (arctan) WriteHash(h hash.Hash) { h.Write([]byte("arctan")) }
func (arctan) Hashcode() uint32      { return 0xa7c7a0 }

// Arctan draws it; a layer's Call uses it as it uses ops.Tanh.
func Arctan(x *gorgonia.Node) *gorgonia.Node {
	return gorgonia.Must(gorgonia.ApplyOp(arctan{}, x))
}

// own-layer.md, "An Op of your own": the gradient that training uses is that of finite differences.
func Example_ownOp() {
	keras.ClearSession()
	layer := layers.Custom(layers.CustomSpec{
		Name: "Arctan",
		Build: func(l *keras.Base, in ...keras.Shape) error {
			l.AddWeight("factor", keras.Shape{in[0].Last()}, initializers.Ones())
			return nil
		},
		Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(Arctan(ops.Mul(in[0], t.Weight("factor"))))
		},
	})
	inputs := keras.Input(keras.Shape{3})
	model, err := models.New(inputs, layer.Apply(inputs))
	check(err)
	err = model.Compile(models.CompileConfig{Optimizer: optimizers.SGD(1), Loss: losses.Named("mse")})
	check(err)
	x := tensor.New(tensor.WithShape(1, 3), tensor.WithBacking([]float32{-2, 0.5, 3}))
	y := tensor.New(tensor.WithShape(1, 3), tensor.WithBacking([]float32{0, 0, 0}))

	const h = 1e-3
	want := make([]float64, 3) // (loss(w+h) − loss(w−h)) / 2h
	factor := model.Weights()[0]
	for i := range want {
		for _, sign := range []float32{1, -1} {
			w := []float32{1, 1, 1}
			w[i] += sign * h
			check(factor.Assign(tensor.New(tensor.WithBacking(w))))
			scores, err := model.TestOnBatch(x, y)
			check(err)
			want[i] += float64(sign) * scores.Loss() / (2 * h)
		}
	}
	check(factor.Assign(tensor.New(tensor.WithBacking([]float32{1, 1, 1}))))
	_, err = model.TrainOnBatch(x, y) // with a rate of 1 the weights change by the gradient
	check(err)
	for i, w := range factor.Value().Float32s() {
		fmt.Println(math.Abs(1-float64(w)-want[i]) < 1e-3)
	}
	// Output:
	// true
	// true
	// true
}
