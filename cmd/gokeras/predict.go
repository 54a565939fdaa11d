package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/atomicfile"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

type predictCommand struct {
	File      string   `arg:"" help:"A model: .keras, or .h5."`
	Input     []string `short:"x" required:"" sep:"none" help:"Samples: .npy, or .npz with arrays of the inputs' names." placeholder:"[NAME=]FILE"`
	Output    string   `short:"o" xor:"output" help:"Where the predictions go: .npy, .npz or .json. Default: the first of them are printed." placeholder:"FILE"`
	BatchSize int      `help:"Samples that are computed at once." default:"32"`
	JSON      bool     `name:"json" xor:"output" help:"Print all predictions as JSON."`
}

// Help is what the help of the command goes on with.
func (*predictCommand) Help() string {
	return `A sample is an element along the first axis. Arrays are read as they are needed, and cast to the types of the inputs.

A model with one input:

  gokeras predict model.keras -x images.npy -o predictions.npy

With several inputs each has its array, of its name in an .npz or of a file, and each output is an array in the result:

  gokeras predict model.keras -x samples.npz -o predictions.npz
  gokeras predict model.keras -x title=titles.npy -x tags=tags.npy -o predictions.npz`
}

func (c *predictCommand) Run(w io.Writer) error {
	format := strings.ToLower(filepath.Ext(c.Output))
	switch {
	case c.BatchSize < 1:
		return misusef("--batch-size: expected a number above 0, received %d", c.BatchSize)
	case c.Output != "" && format != ".npy" && format != ".npz" && format != ".json":
		return misusef("--output: expected a .npy, .npz or .json, received %s", c.Output)
	}
	m, err := models.Load(c.File, models.WithoutCompile())
	if err != nil {
		return err
	}
	if len(m.Inputs()) == 0 {
		return errors.Errorf("%s: the model has no weights: it was saved before it was built", c.File)
	}
	names := namesOf(m.Outputs(), m.OutputStructure())
	if format == ".npy" && len(names) != 1 {
		return misusef("--output: the model has %d outputs (%s), which a .npz holds", len(names), strings.Join(names, ", "))
	}
	in, err := openInputs(c.Input, namesOf(m.Inputs(), m.InputStructure()))
	if err != nil {
		return err
	}
	defer in.close()
	_, named := m.InputStructure().(keras.Dict)
	structure, err := m.PredictAll(in.batches(c.BatchSize, named))
	if in.err != nil {
		return in.err // without the names of what it went through
	}
	if err != nil {
		return err
	}
	outs, _, err := data.Leaves(structure)
	if err != nil {
		return err
	}
	p := predictions{names, outs}
	switch {
	case c.JSON:
		return p.json(w)
	case c.Output == "":
		return p.print(w)
	default:
		return atomicfile.Write(c.Output, map[string]func(io.Writer) error{".npy": p.npy, ".npz": p.npz, ".json": p.json}[format])
	}
}

// namesOf is what the tensors at an end of a model are called: by the keys of a dict, else by their layers.
func namesOf(tensors keras.List, structure any) []string {
	if d, ok := structure.(keras.Dict); ok {
		return slices.Sorted(maps.Keys(d))
	}
	var names []string
	for _, t := range tensors {
		layer := t.Node().Layer().Name()
		name := layer
		for n := 1; slices.Contains(names, name); n++ { // a layer with several outputs
			name = fmt.Sprintf("%s_%d", layer, n)
		}
		names = append(names, name)
	}
	return names
}
