// Command convnet trains one network on images of digits in two ways: with GoKeras, and with
// nothing but Gorgonia. docs/from-gorgonia.md compares the two files.
//
//	go run ./examples/convnet
//	go run ./examples/convnet -with gorgonia -epochs 1
//
// The network has the sizes of Gorgonia's own example: three convolutions, each with a pooling, and
// two dense layers.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/gokeras/gokeras/datasets"
)

func main() {
	with := flag.String("with", "gokeras", "gokeras or gorgonia")
	data := flag.String("data", "", "folder with the files of MNIST (default: download)")
	drawn := flag.Bool("drawn", false, "draw digits instead of MNIST")
	batch := flag.Int("batch", 100, "images in a step")
	epochs := flag.Int("epochs", 1, "epochs")
	flag.Parse()
	if err := run(*with, *data, *drawn, *batch, *epochs); err != nil {
		fmt.Fprintln(os.Stderr, "convnet:", err)
		os.Exit(1)
	}
}

func run(with, folder string, drawn bool, batch, epochs int) error {
	var train, test datasets.Split
	var err error
	if drawn {
		train, test, err = datasets.Digits()
	} else {
		train, test, err = datasets.MNIST(datasets.WithDir(folder))
	}
	if err != nil {
		return err
	}
	ways := map[string]func(train, test datasets.Split, batch, epochs int) (float64, error){
		"gokeras": withGoKeras, "gorgonia": withGorgonia,
	}
	way, ok := ways[with]
	if !ok {
		return fmt.Errorf("expected -with gokeras or gorgonia, received %s", with)
	}
	accuracy, err := way(train, test, batch, epochs)
	if err != nil {
		return err
	}
	fmt.Printf("accuracy on test images: %.4f\n", accuracy)
	return nil
}
