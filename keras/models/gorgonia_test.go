package models_test

import (
	"fmt"
	"log"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// A model in Gorgonia's hands: with a cost, a machine and a solver of Gorgonia's.
func ExampleGraph() {
	in := keras.Input(keras.Shape{2})
	model := models.Must(models.New(in, layers.Dense(1).KernelInitializer(initializers.Zeros()).Apply(in)))
	x := tensor.New(tensor.WithShape(4, 2), tensor.WithBacking([]float32{0, 0, 0, 1, 1, 0, 1, 1}))
	y := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{1, 0, 3, 2})) // 1 + 2a − b

	g, err := models.Graph(model, keras.Shape{4, 2})
	if err != nil {
		log.Fatal(err)
	}
	target := gorgonia.NewMatrix(g.Graph, gorgonia.Float32, gorgonia.WithShape(4, 1), gorgonia.WithName("target"), gorgonia.WithValue(y))
	cost := gorgonia.Must(gorgonia.Mean(gorgonia.Must(gorgonia.Square(gorgonia.Must(gorgonia.Sub(g.Outputs[0], target))))))
	if _, err := gorgonia.Grad(cost, g.Weights...); err != nil {
		log.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(g.Graph, gorgonia.BindDualValues(g.Weights...))
	defer machine.Close()
	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.5))
	for range 200 {
		if err := gorgonia.Let(g.Inputs[0], x); err != nil {
			log.Fatal(err)
		}
		if err := machine.RunAll(); err != nil {
			log.Fatal(err)
		}
		if err := solver.Step(gorgonia.NodesToValueGrads(g.Weights)); err != nil {
			log.Fatal(err)
		}
		machine.Reset()
	}

	for _, w := range model.Weights() { // the model has learned it
		fmt.Printf("%s %.2f\n", w.Name(), w.Value().Float32s())
	}
	// Output:
	// kernel [2.00 -1.00]
	// bias [1.00]
}

func TestGraphOfAModel(t *testing.T) {
	m := residual()
	x := cosine(3, 4)
	want, err := m.Predict(x)
	require.NoError(t, err)
	g, err := models.Graph(m, keras.Shape{3, 4})
	require.NoError(t, err)
	require.Len(t, g.Inputs, 1)
	require.Len(t, g.Weights, 4)
	for i, w := range m.Weights() {
		assert.Equal(t, []int(w.Shape()), []int(g.Weights[i].Shape()))
	}
	cost, err := gorgonia.Sum(g.Outputs[0])
	require.NoError(t, err)
	grads, err := gorgonia.Grad(cost, append(g.Weights, g.Inputs...)...)
	require.NoError(t, err, "an input has a gradient too")
	machine := gorgonia.NewTapeMachine(g.Graph)
	defer machine.Close()
	for range 2 {
		require.NoError(t, gorgonia.Let(g.Inputs[0], x))
		require.NoError(t, machine.RunAll())
		near(t, floats(want), floats(g.Outputs[0].Value().(*tensor.Dense)), 1e-6, "the outputs are the model's")
		assert.Equal(t, tensor.Shape{3, 4}, grads[4].Shape())
		machine.Reset()
	}

	frozen := residual()
	frozen.Layers()[1].SetTrainable(false)
	g, err = models.Graph(frozen, keras.Shape{1, 4})
	require.NoError(t, err)
	assert.Len(t, g.Weights, 2, "those that are trainable")

	several := sharedLayer()
	g, err = models.Graph(several, keras.Shape{2, 4}, keras.Shape{2, 4})
	require.NoError(t, err)
	assert.Len(t, g.Inputs, 2)
	sub := newTwoHeads()
	g, err = models.Graph(&sub.Model, keras.Shape{2, 3})
	require.NoError(t, err)
	assert.Len(t, g.Outputs, 2)
	late := unbuiltSequential()
	_, err = models.Graph(late, keras.Shape{2, 3})
	require.NoError(t, err)

	for reason, shapes := range map[string][]keras.Shape{
		"an unknown size": {{keras.None, 4}}, "no shape": nil, "another size": {{2, 5}}, "too many": {{2, 4}, {2, 4}}, "a scalar": {{}},
	} {
		_, err := models.Graph(residual(), shapes...)
		require.ErrorIs(t, err, keras.ErrShape, reason)
	}
	_, err = models.Graph(nil)
	require.ErrorIs(t, err, keras.ErrArgument)
}

func TestTrainingWithASolverOfGorgonia(t *testing.T) {
	build := func() *models.Model {
		in := keras.Input(keras.Shape{2})
		d := layers.Dense(1).KernelInitializer(initializers.Constant(0.5)).KernelConstraint(constraints.NonNeg())
		return models.Must(models.New(in, d.Apply(in)))
	}
	x, y := cosine(8, 2), cosine(8, 1)
	fit := func(m *models.Model, o optimizers.Optimizer) []*tensor.Dense {
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: o, Loss: losses.Named("mse")}))
		_, err := m.Fit(x, y, models.FitConfig{BatchSize: 4, Epochs: 3, NoShuffle: true, Verbose: models.Silent})
		require.NoError(t, err)
		return m.GetWeights()
	}
	want := fit(build(), optimizers.SGD(0.25))
	o := optimizers.FromGorgonia(gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.25)))
	m := build()
	got := fit(m, o)
	for i := range want {
		near(t, floats(want[i]), floats(got[i]), 1e-6, "as our own SGD")
	}
	assert.Equal(t, 6, o.Iterations())
	assert.Contains(t, m.Summary().String(), "Optimizer params: 1")

	adam := optimizers.FromGorgonia(gorgonia.NewAdamSolver(gorgonia.WithLearnRate(0.01)))
	assert.Equal(t, "AdamSolver", adam.Class())
	m = build()
	first := m.GetWeights()
	assert.NotEqual(t, first, fit(m, adam), "a solver with a state")
	m.Layers()[1].SetTrainable(false)
	require.Error(t, m.Compile(models.CompileConfig{Optimizer: optimizers.FromGorgonia(nil)}))
}
