package docs_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// from-gorgonia.md, "A solver of Gorgonia's".
func Example_solver() {
	keras.SetRandomSeed(1)
	model, err := models.Sequential(layers.InputLayer(keras.Shape{2}), layers.Dense(1))
	check(err)
	x := data.RandomUniform(keras.Shape{64, 2})
	y := data.RandomUniform(keras.Shape{64, 1})

	solver := gorgonia.NewAdamSolver(gorgonia.WithLearnRate(0.01))
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.FromGorgonia(solver),
		Loss:      losses.MeanSquaredError(),
	})
	check(err)
	history, err := model.Fit(x, y, models.FitConfig{Epochs: 20, Verbose: models.Silent})
	check(err)
	loss := history.History["loss"]
	fmt.Println(loss[19] < loss[0])
	// Output: true
}

// from-gorgonia.md, "Our Ops in your graph".
func Example_opsInAGraph() {
	g := gorgonia.NewGraph()
	x := gorgonia.NewMatrix(g, gorgonia.Float32, gorgonia.WithShape(2, 3), gorgonia.WithName("x"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))))
	w := gorgonia.NewMatrix(g, gorgonia.Float32, gorgonia.WithShape(3, 2), gorgonia.WithName("w"),
		gorgonia.WithInit(gorgonia.Ones()))
	b := gorgonia.NewVector(g, gorgonia.Float32, gorgonia.WithShape(2), gorgonia.WithName("b"),
		gorgonia.WithInit(gorgonia.Zeroes()))

	y := ops.Dense(x, w, b, "relu")       // one Op: product, bias and activation
	loss := ops.Mean(ops.Square(y), 0, 1) // beside those of Gorgonia
	_, err := gorgonia.Grad(loss, w, b)
	check(err)
	machine := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(w, b))
	defer machine.Close()
	check(machine.RunAll())

	grad, err := b.Grad()
	check(err)
	fmt.Println(loss.Value(), grad)
	// Output: 130.5 [10.5  10.5]
}

// from-gorgonia.md, "A model in Gorgonia's hands", in short.
func Example_graph() {
	in := keras.Input(keras.Shape{2})
	model, err := models.New(in, layers.Dense(1).KernelInitializer(initializers.Ones()).Apply(in))
	check(err)

	g, err := models.Graph(model, keras.Shape{4, 2}) // for batches of 4
	check(err)
	doubled := gorgonia.Must(gorgonia.Mul(g.Outputs[0], gorgonia.NewConstant(float32(2))))
	machine := gorgonia.NewTapeMachine(g.Graph)
	defer machine.Close()

	x := tensor.New(tensor.WithShape(4, 2), tensor.WithBacking([]float32{0, 1, 2, 3, 4, 5, 6, 7}))
	err = gorgonia.Let(g.Inputs[0], x)
	check(err)
	err = machine.RunAll()
	check(err)
	fmt.Println(doubled.Value().Data())
	// Output: [2 10 18 26]
}

// The lines of code that from-gorgonia.md speaks of are those there are.
func TestLinesOfCode(t *testing.T) {
	document, err := os.ReadFile("from-gorgonia.md")
	require.NoError(t, err)
	want := fmt.Sprintf("| lines of code | %d | %d |", lines(t, "gorgonia.go"), lines(t, "gokeras.go"))
	assert.Contains(t, string(document), want)
}

// lines are those with code.
func lines(t *testing.T, name string) (n int) {
	f, err := os.Open("../examples/convnet/" + name)
	require.NoError(t, err)
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}
