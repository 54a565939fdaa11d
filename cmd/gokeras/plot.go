package main

import (
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/plot"
)

type plotCommand struct {
	File   string `arg:"" help:"A model: .keras, or .h5."`
	Output string `short:"o" required:"" help:"The picture: .svg, .png or .dot." placeholder:"FILE"`

	ShowShapes           bool   `help:"Show the shapes of inputs and outputs."`
	ShowDType            bool   `name:"show-dtype" help:"Show the types of outputs."`
	ShowLayerNames       bool   `help:"Show the names of layers beside their classes."`
	ShowLayerActivations bool   `help:"Show the activations of layers."`
	ShowTrainable        bool   `help:"Show which layers are trained."`
	ExpandNested         bool   `help:"Show what is inside of models that are layers."`
	RankDir              string `name:"rankdir" help:"Where the arrows go: TB, BT, LR or RL." enum:"TB,BT,LR,RL" default:"TB"`
	DPI                  int    `name:"dpi" help:"Pixels of a PNG per inch." default:"200"`
}

func (c *plotCommand) Run() error {
	m, err := models.Load(c.File, models.WithoutCompile())
	if err != nil {
		return err
	}
	options := []plot.Option{plot.RankDir(c.RankDir), plot.DPI(c.DPI)}
	for _, o := range []struct {
		on     bool
		option func() plot.Option
	}{
		{c.ShowShapes, plot.ShowShapes}, {c.ShowDType, plot.ShowDType}, {c.ShowLayerNames, plot.ShowLayerNames},
		{c.ShowLayerActivations, plot.ShowLayerActivations}, {c.ShowTrainable, plot.ShowTrainable}, {c.ExpandNested, plot.ExpandNested},
	} {
		if o.on {
			options = append(options, o.option())
		}
	}
	return plot.Model(m, c.Output, options...)
}
