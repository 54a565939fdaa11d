package main

import (
	"strings"

	"github.com/gokeras/gokeras/keras/models"
)

type convertCommand struct {
	In             string `arg:"" help:"A model: .keras, or .h5."`
	Out            string `arg:"" help:"What to write: .keras, .h5, or .weights.h5 for the weights alone."`
	WithoutCompile bool   `help:"Leave out the optimizer and its state, the losses and the metrics."`
}

func (c *convertCommand) Run() error {
	var options []models.LoadOption
	if c.WithoutCompile {
		options = append(options, models.WithoutCompile())
	}
	m, err := models.Load(c.In, options...)
	if err != nil {
		return err
	}
	if strings.HasSuffix(c.Out, ".weights.h5") {
		return m.SaveWeights(c.Out)
	}
	return m.Save(c.Out)
}
