package models

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/console"
	"github.com/gokeras/gokeras/keras"
)

// SummaryConfig has the options of Summary. Zero fields mean Keras's defaults.
type SummaryConfig struct {
	LineLength    int       // width of the table. Default 88, or 108 with connections, and not more than Columns−4
	Positions     []float64 // right ends of the columns, as parts of the line
	ExpandNested  bool      // show the layers of models inside
	ShowTrainable bool      // show which layers are trained
	Columns       int       // width of the console. Default 80
}

// Summary is Keras's table of a model. Printed it is text, as a cell's last value coloured.
type Summary struct {
	table console.Table
	err   error
}

// Summary makes the table of the model: its layers, their output shapes, their
// weights and, where the layers are not just a chain, their connections.
func (m *Model) Summary(configs ...SummaryConfig) Summary {
	cfg, err := one("SummaryConfig", configs)
	if err == nil {
		err = m.err
	}
	if err != nil {
		return Summary{err: err}
	}
	n := m.net.Load()
	chain := n == nil || n.graph == nil || m.stack != nil || n.isChain()
	columns, err := console.Layout{Connections: !chain, Trainable: cfg.ShowTrainable, LineLength: cfg.LineLength,
		Positions: cfg.Positions, ConsoleWidth: cfg.Columns}.Columns()
	if err != nil {
		return Summary{err: m.fault(keras.Fault(keras.ErrArgument, "%s", err))}
	}
	s := Summary{table: console.Table{
		Title:   console.Text{{Text: fmt.Sprintf("Model: \"%s\"", m.Name()), Style: console.Strong}},
		Columns: columns, ConsoleWidth: cfg.Columns,
	}}
	var rows func(l keras.Layer, level int)
	rows = func(l keras.Layer, level int) {
		s.table.Rows = append(s.table.Rows, row(l, level, n, chain, cfg))
		if c, ok := l.(keras.Container); ok && cfg.ExpandNested {
			for _, inner := range c.Layers() {
				rows(inner, level+1)
			}
		}
	}
	for _, l := range m.Operations() {
		rows(l, 0)
	}
	s.table.Footer = m.footer()
	return s
}

// Err is the error of a model that has no summary, nil for others.
func (s Summary) Err() error { return s.err }

// String is the table as Keras prints it where there are no colours.
func (s Summary) String() string {
	if s.err != nil {
		return s.err.Error()
	}
	return strings.TrimSuffix(s.table.String(), "\n")
}

// HTML is the table in Keras's colours, for notebooks.
func (s Summary) HTML() string {
	if s.err != nil {
		return console.Plain(s.err.Error()).HTML()
	}
	return console.Text(s.table.Segments()).HTML()
}

// SimpleRender is the summary by MIME type, for notebooks.
func (s Summary) SimpleRender() map[string]any {
	return map[string]any{"text/html": s.HTML(), "text/plain": s.String()}
}

// isChain reports whether each layer is called once, with one input, one after the other.
func (n *network) isChain() bool {
	depths := map[int]int{}
	calls := map[keras.Layer]int{}
	for _, node := range n.nodes {
		depths[n.depth[node]]++
		calls[node.Layer()]++
		if depths[n.depth[node]] > 1 || calls[node.Layer()] > 1 || len(node.Parents()) > 1 {
			return false
		}
	}
	return true
}

// row is a layer's line.
func row(l keras.Layer, level int, n *network, chain bool, cfg SummaryConfig) []console.Text {
	prefix := ""
	if level > 0 {
		prefix = strings.Repeat("   ", level) + "└ "
	}
	weights := l.Weights()
	params := console.Text{{Text: "0", Style: console.Number}, {Text: " (unbuilt)", Style: console.Normal}}
	if l.LayerBase().Built() || l.LayerBase().Stateless() {
		params = console.Text{{Text: console.Count(elements(weights)), Style: console.Number}}
	}
	row := []console.Text{
		{{Text: prefix + l.Name() + " ("}, {Text: l.Class(), Style: console.Symbol}, {Text: ")"}},
		shapeCell(l), params,
	}
	if !chain {
		connections := "-"
		if list := n.connections(l); len(list) > 0 {
			connections = strings.Join(list, ", ")
		}
		row = append(row, console.Plain(connections))
	}
	if cfg.ShowTrainable {
		switch {
		case len(weights) == 0:
			row = append(row, console.Text{{Text: "-", Style: console.Strong}})
		case l.IsTrainable():
			row = append(row, console.Text{{Text: "Y", Style: console.Yes}})
		default:
			row = append(row, console.Text{{Text: "N", Style: console.No}})
		}
	}
	return row
}

// shapeCell is the output shape of the last call: (None, 10), a list for several, ? where
// there is none.
func shapeCell(l keras.Layer) console.Text {
	nodes := l.LayerBase().Nodes()
	var outs keras.List
	if m, ok := l.(*Model); ok && len(nodes) == 0 {
		outs = m.Outputs()
	} else if len(nodes) > 0 {
		outs = nodes[len(nodes)-1].Outputs()
	}
	shapes := make([]keras.Shape, len(outs))
	for i, t := range outs {
		shapes[i] = t.Shape()
	}
	if len(nodes) == 0 && len(shapes) == 0 {
		shapes = shapesInside(l)
	}
	if len(shapes) == 0 {
		return console.Plain("?")
	}
	var cell console.Text
	add := func(text string, style console.Style) { cell = append(cell, console.Segment{Text: text, Style: style}) }
	if len(shapes) > 1 {
		add("[", console.Normal)
	}
	for i, shape := range shapes {
		if i > 0 {
			add(", ", console.Normal)
		}
		add("(", console.Normal)
		for axis, d := range shape {
			if axis > 0 {
				add(", ", console.Normal)
			}
			if d == keras.None {
				add("None", console.Missing)
			} else {
				add(fmt.Sprint(d), console.Number)
			}
		}
		add(")", console.Normal)
	}
	if len(shapes) > 1 {
		add("]", console.Normal)
	}
	return cell
}

// shapesInside are the output shapes of a layer that is not connected but called by the
// layer that holds it: for the shapes that it was built for, if it knows them.
func shapesInside(l keras.Layer) []keras.Shape {
	built := l.LayerBase().BuildShapes()
	s, says := l.(keras.ShapeInferer)
	if built == nil || !says {
		return nil
	}
	shapes, err := s.OutputShapes(built...)
	if err != nil {
		return nil
	}
	return shapes
}

func elements(vars []*keras.Variable) int {
	n := 0
	for _, v := range vars {
		n += v.Size()
	}
	return n
}

// bytesOf is the memory of variables.
func bytesOf(vars []*keras.Variable) float64 {
	n := 0.0
	for _, v := range vars {
		n += float64(v.Size()) * float64(elementSize(v.DType()))
	}
	return n
}

func elementSize(dt tensor.Dtype) int { return int(dt.Size()) }

// footer are the counts of parameters below the table.
func (m *Model) footer() []console.Text {
	var trained, others []*keras.Variable
	for _, v := range m.Weights() {
		if v.Trainable() {
			trained = append(trained, v)
		} else {
			others = append(others, v)
		}
	}
	state, optimizing := m.optimizerState()
	line := func(what string, vars []*keras.Variable) console.Text {
		return console.Text{{Text: " " + what + ": ", Style: console.Strong}, {Text: console.Count(elements(vars)), Style: console.Number},
			{Text: " (" + console.Bytes(bytesOf(vars)) + ")"}}
	}
	footer := []console.Text{
		line("Total params", slices.Concat(trained, others, state)),
		line("Trainable params", trained),
		line("Non-trainable params", others),
	}
	if optimizing {
		footer = append(footer, line("Optimizer params", state))
	}
	return footer
}
