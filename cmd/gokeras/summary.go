package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

type summaryCommand struct {
	File          string `arg:"" help:"A model: .keras, or .h5."`
	ExpandNested  bool   `help:"Show the layers of models inside the model."`
	ShowTrainable bool   `help:"Show which layers are trained."`
	LineLength    int    `help:"Width of the table. Default: what it needs, within the terminal." placeholder:"N"`
	JSON          bool   `name:"json" help:"Print JSON."`
}

func (c *summaryCommand) Run(w io.Writer) error {
	m, err := models.Load(c.File) // with the optimizer, whose state the table counts
	if err != nil {
		m, err = models.Load(c.File, models.WithoutCompile()) // for losses and metrics that only their programs know
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(w, describe(m))
	}
	s := m.Summary(models.SummaryConfig{ExpandNested: c.ExpandNested, ShowTrainable: c.ShowTrainable, LineLength: c.LineLength, Columns: columns(w)})
	if s.Err() != nil {
		return s.Err()
	}
	_, err = fmt.Fprintln(w, s)
	return err
}

// columns is the width of a terminal, 0 for something else.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

// The JSON of a model.
type (
	modelJSON struct {
		layerJSON
		Inputs    []tensorJSON `json:"inputs"`
		Outputs   []tensorJSON `json:"outputs"`
		Trainable int          `json:"trainable_params"`
	}
	layerJSON struct {
		Name      string       `json:"name"`
		Class     string       `json:"class_name"`
		Shapes    []any        `json:"output_shapes,omitempty"`
		Params    int          `json:"params"`
		Trainable bool         `json:"trainable"`
		Layers    []*layerJSON `json:"layers,omitempty"`
	}
	tensorJSON struct {
		Name  string `json:"name"`
		Shape []any  `json:"shape"`
		DType string `json:"dtype"`
	}
)

func describe(m *models.Model) *modelJSON {
	d := &modelJSON{layerJSON: *describeLayer(m), Inputs: []tensorJSON{}, Outputs: []tensorJSON{}}
	for i, name := range namesOf(m.Inputs(), m.InputStructure()) {
		d.Inputs = append(d.Inputs, describeTensor(name, m.Inputs()[i]))
	}
	for i, name := range namesOf(m.Outputs(), m.OutputStructure()) {
		d.Outputs = append(d.Outputs, describeTensor(name, m.Outputs()[i]))
	}
	for _, v := range m.Weights() {
		if v.Trainable() {
			d.Trainable += v.Size()
		}
	}
	return d
}

func describeLayer(l keras.Layer) *layerJSON {
	d := &layerJSON{Name: l.Name(), Class: l.Class(), Trainable: l.IsTrainable(), Shapes: []any{}}
	for _, v := range l.Weights() {
		d.Params += v.Size()
	}
	if calls := l.LayerBase().Nodes(); len(calls) > 0 {
		for _, t := range calls[0].Outputs() {
			d.Shapes = append(d.Shapes, t.Shape().Config())
		}
	}
	if c, ok := l.(keras.Container); ok {
		for _, inside := range c.Layers() {
			d.Layers = append(d.Layers, describeLayer(inside))
		}
	}
	return d
}

func describeTensor(name string, t *keras.Tensor) tensorJSON {
	return tensorJSON{Name: name, Shape: t.Shape().Config(), DType: t.DType().String()}
}
