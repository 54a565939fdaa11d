package plot_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/plot"
)

func ExampleModel() {
	in := keras.Input(keras.Shape{784}, keras.WithName("digits"))
	x := layers.Dense(64).Activation("relu").WithName("hidden").Apply(in)
	model := models.Must(models.New(in, layers.Dense(10).WithName("scores").Apply(x)))

	dir, err := os.MkdirTemp("", "plot")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"model.png", "model.svg", "model.dot"} {
		err := plot.Model(model, filepath.Join(dir, name), plot.ShowShapes(), plot.ShowLayerNames())
		fmt.Println(name, err)
	}
	// Output:
	// model.png <nil>
	// model.svg <nil>
	// model.dot <nil>
}

func ExampleHistory() {
	in := keras.Input(keras.Shape{1})
	model := models.Must(models.New(in, layers.Dense(1).Apply(in)))
	if err := model.Compile(models.CompileConfig{Loss: losses.MeanSquaredError()}); err != nil {
		log.Fatal(err)
	}
	x := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{0, 1, 2, 3}))
	history, err := model.Fit(x, x, models.FitConfig{Epochs: 3, ValidationSplit: 0.5, Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "plot")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	fmt.Println(plot.History(history, filepath.Join(dir, "curves.svg")))
	// Output:
	// <nil>
}

func ExampleConfusionMatrixImage() {
	labels := tensor.New(tensor.WithBacking([]uint8{0, 0, 1, 2}))
	predictions := tensor.New(tensor.WithShape(4, 3), tensor.WithBacking([]float32{
		0.9, 0.1, 0.0,
		0.2, 0.7, 0.1,
		0.3, 0.6, 0.1,
		0.0, 0.1, 0.9,
	}))
	image, err := plot.ConfusionMatrixImage(labels, predictions, "cat", "dog", "bird")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(image) // the last value of a notebook's cell is shown as a picture
	// Output:
	// 3 of 4 right (75.0%)
	// true \ predicted  cat  dog  bird
	//              cat    1    1     0
	//              dog    0    1     0
	//             bird    0    0     1
}
