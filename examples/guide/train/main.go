// Command train runs the trainings of Keras's guide to the functional API.
//
//	go run ./examples/guide/train mlp        # vectors of MNIST, 2 epochs
//	go run ./examples/guide/train tickets    # three inputs, two outputs, random data
//	go run ./examples/guide/train resnet     # 1000 images of CIFAR-10
//
// Data sets are downloaded once, into Keras's own cache; -data names a folder that has
// their files, and with -drawn a few samples are made up instead.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/gokeras/gokeras/keras"
)

// options are the command's flags.
type options struct {
	data  string
	drawn bool
	seed  int64
}

// trainings are those of the guide, in its order.
var trainings = map[string]func(ctx context.Context, o options) error{
	"mlp":     mlp,
	"tickets": tickets,
	"resnet":  resnet,
}

func main() {
	var o options
	flag.StringVar(&o.data, "data", "", "folder with the files of the data set (default: download)")
	flag.BoolVar(&o.drawn, "drawn", false, "make up a few samples")
	flag.Int64Var(&o.seed, "seed", 42, "seed of all random numbers")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: train [flags] mlp|tickets|resnet")
		flag.PrintDefaults()
	}
	flag.Parse()
	training, ok := trainings[flag.Arg(0)]
	if !ok || flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}

	// Ctrl-C ends a training after the step that runs.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	keras.SetRandomSeed(o.seed)
	if err := training(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "\ntrain:", err)
		os.Exit(1)
	}
}
