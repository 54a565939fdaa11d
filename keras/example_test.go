package keras_test

import (
	"fmt"
	"log"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
)

// A model is drawn from an Input on.
func Example() {
	keras.ClearSession()
	in := keras.Input(keras.Shape{784}, keras.WithName("pixels"))
	x := layers.Dense(64).Activation("relu").Apply(in)
	out := layers.Dense(10).Activation("softmax").Apply(x)
	model, err := models.New(in, out)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range model.Layers() {
		fmt.Println(l.Name(), l.Output().Shape())
	}
	fmt.Println(model.CountParams(), "weights")
	// Output:
	// pixels (None, 784)
	// dense (None, 64)
	// dense_1 (None, 10)
	// 50890 weights
}

// Errors are sticky, and said once: by the tensor, by everything that is made of
// it, and by the model.
func Example_errors() {
	keras.ClearSession()
	in := keras.Input(keras.Shape{28, 28})
	x := layers.Conv2D(16, 3).Apply(in)
	out := layers.Dense(10).Apply(layers.Flatten().Apply(x))
	_, err := models.New(in, out)
	fmt.Println(err == x.Err())
	// Output: true
}

// Scale is a layer of one's own: x·factor.
type Scale struct {
	keras.Base
	Start  float64 `keras:"start"` // of the factor
	factor *keras.Variable
}

func NewScale(start float64) *Scale {
	s := &Scale{Start: start}
	s.Init(s, "Scale")
	return s
}

func (s *Scale) Build(in ...keras.Shape) error {
	s.factor = s.AddWeight("factor", keras.Shape{in[0].Last()}, initializers.Constant(s.Start))
	return nil
}

func (s *Scale) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Mul(in[0], t.Var(s.factor)))
}

// Types that embed a Base are layers: Build makes the weights, Call writes the
// maths, tagged fields are the config.
func ExampleBase() {
	keras.ClearSession()
	s := NewScale(0.5)
	y := s.Apply(keras.Input(keras.Shape{3}))
	fmt.Println(y.Shape(), y.Err())
	fmt.Println(s.Weights())
	fmt.Println(s.Config().Without("dtype"))
	// Output:
	// (None, 3) <nil>
	// [<Variable path=scale/factor, shape=(3,), dtype=float32>]
	// {"name": "scale", "trainable": true, "start": 0.5}
}

func ExampleInput() {
	keras.ClearSession()
	fmt.Println(keras.Input(keras.Shape{keras.None, keras.None, 1}, keras.WithDType(tensor.Uint8), keras.WithName("image")))
	fmt.Println(keras.Input(nil, keras.WithBatchShape(keras.Shape{16, 10, 5})).Shape())
	// Output:
	// <KerasTensor shape=(None, None, None, 1), dtype=uint8, sparse=False, ragged=False, name=image>
	// (16, 10, 5)
}

// A layer is shared by calling it twice.
func ExampleApply() {
	a, b := keras.Input(keras.Shape{4}), keras.Input(keras.Shape{4})
	encoder := layers.Dense(2)
	outs := append(keras.Apply(encoder, a), keras.Apply(encoder, b)...)
	fmt.Println(layers.Concatenate().Apply(outs...).Shape(), len(encoder.Weights()))
	// Output: (None, 4) 2
}

func ExampleApplyArgs() {
	x := keras.Input(keras.Shape{4})
	y := keras.ApplyArgs(layers.Dropout(0.5), keras.Args{Training: keras.On}, x)[0] // also when the model predicts
	fmt.Println(y.Node().Args().Training == keras.On)
	// Output: true
}

func ExampleApplyTo() {
	a, b := keras.Input(keras.Shape{2}), keras.Input(keras.Shape{2})
	sum := models.Must(models.New(keras.Dict{"left": a, "right": b}, keras.Dict{"sum": layers.Add().Apply(a, b)}))
	outs := keras.ApplyTo(sum, keras.Dict{"left": b, "right": a})
	fmt.Println(outs.(keras.Dict)["sum"].Shape())
	// Output: (None, 2)
}

func ExampleRegisterLayer() {
	keras.RegisterLayer("MyPackage", "Scale", func() keras.Layer { return NewScale(1) })
	text := keras.Serialize(keras.KindLayer, NewScale(2).WithName("double"))
	again, err := keras.Deserialize(keras.KindLayer, text)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.(*Scale).Name(), again.(*Scale).Start)
	// Output: double 2
}

func ExampleShape() {
	s := keras.Shape{keras.None, 28, 28, 1}
	fmt.Println(s, s.Rank(), s.Last(), s.Known())
	fmt.Println(s.Accepts(keras.Shape{32, 28, 28, 1}))
	// Output:
	// (None, 28, 28, 1) 4 1 false
	// true
}

func ExampleSnakeCase() {
	fmt.Println(keras.SnakeCase("MaxPooling2D"), keras.SnakeCase("RMSprop"))
	// Output: max_pooling2d rm_sprop
}

func ExampleClearSession() {
	keras.ClearSession()
	fmt.Println(layers.Dense(1).Name(), layers.Dense(1).Name())
	keras.ClearSession()
	fmt.Println(layers.Dense(1).Name())
	// Output:
	// dense dense_1
	// dense
}
