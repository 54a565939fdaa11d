package callbacks_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// aLine is a model of y = 2x − 1 and its data.
func aLine() (model *models.Model, x, y *tensor.Dense) {
	in := keras.Input(keras.Shape{1})
	model = models.Must(models.New(in, layers.Dense(1).KernelInitializer(initializers.Zeros()).Apply(in)))
	if err := model.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1), Loss: losses.MeanSquaredError()}); err != nil {
		log.Fatal(err)
	}
	x = tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{-1, 0, 1, 2}))
	y = tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{-3, -1, 1, 3}))
	return model, x, y
}

// The model of the epoch with the lowest loss is kept in a file.
func ExampleModelCheckpoint() {
	dir, err := os.MkdirTemp("", "checkpoints")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	best := filepath.Join(dir, "best.keras")
	model, x, y := aLine()
	_, err = model.Fit(x, y, models.FitConfig{Epochs: 3, Verbose: models.Silent, Callbacks: []callbacks.Callback{
		callbacks.ModelCheckpoint(best).Monitor("loss").SaveBestOnly(true),
		callbacks.ModelCheckpoint(filepath.Join(dir, "{epoch:02d}-{loss:.3f}.weights.h5")).SaveWeightsOnly(true),
	}})
	if err != nil {
		log.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		fmt.Println(f.Name())
	}
	model, err = models.Load(best)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Compiled(), model.Optimizer().Iterations())
	// Output:
	// 01-5.000.weights.h5
	// 02-2.875.weights.h5
	// 03-1.794.weights.h5
	// best.keras
	// true 3
}

// A program that is run again after it was interrupted in the fifth of ten epochs.
func ExampleBackupAndRestore() {
	dir, err := os.MkdirTemp("", "backup")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	program := func(also callbacks.Callback) (*callbacks.History, error) {
		model, x, y := aLine()
		return model.Fit(x, y, models.FitConfig{Epochs: 10, Verbose: models.Silent, Callbacks: []callbacks.Callback{callbacks.BackupAndRestore(dir), also}})
	}
	history, err := program(callbacks.Lambda(callbacks.LambdaSpec{OnEpochBegin: func(_ *callbacks.Run, epoch int, _ callbacks.Logs) error {
		if epoch == 4 {
			return errors.New("no power")
		}
		return nil
	}}))
	fmt.Println(err, history.Epoch)
	history, err = program(nil)
	fmt.Println(err, history.Epoch)
	// Output:
	// no power [0 1 2 3]
	// <nil> [4 5 6 7 8 9]
}

func ExampleHistory() {
	model, x, y := aLine()
	history, err := model.Fit(x, y, models.FitConfig{Epochs: 2, Verbose: models.Silent, NoShuffle: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(history)
	// Output:
	// epoch    loss
	//     1  5.0000
	//     2  2.8750
}
