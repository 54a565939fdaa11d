package plot

import (
	"slices"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

// diagram is a model as boxes and arrows, in Keras's order.
type diagram struct {
	name   string
	parts  []part
	arrows []arrow
}

// part is a box, or the diagram of a model inside.
type part struct {
	layer  keras.Layer
	inside *diagram // nil for a box
}

// arrow leads from the box of one layer to that of another.
type arrow struct{ from, to keras.Layer }

// newDiagram takes a model apart; with expand, the models inside too. A model
// without a graph, as a subclassed one, is one box.
func newDiagram(m *models.Model, expand bool) *diagram {
	d := &diagram{name: m.Name()}
	calls := m.Nodes()
	if calls == nil {
		d.parts = []part{{layer: m}}
		return d
	}
	// open is the model that a layer is, where it is shown with what is inside.
	open := func(l keras.Layer) (*models.Model, bool) {
		inner, ok := l.(*models.Model)
		return inner, ok && expand && inner.Nodes() != nil
	}
	for _, l := range m.Operations() {
		p := part{layer: l}
		if inner, ok := open(l); ok {
			p.inside = newDiagram(inner, expand)
		}
		d.parts = append(d.parts, p)
	}

	drawn := map[arrow]bool{}
	for _, l := range m.Operations() {
		for _, call := range l.LayerBase().Nodes() {
			if !slices.Contains(calls, call) { // of another model
				continue
			}
			for i, input := range call.Parents() {
				if input.Node() == calls[0] && isSequential(m) {
					continue
				}
				a := arrow{input.Node().Layer(), l}
				for inner, ok := open(a.from); ok; inner, ok = open(a.from) {
					input = inner.Outputs()[input.Index()]
					a.from = input.Node().Layer()
				}
				for inner, ok := open(a.to); ok; inner, ok = open(a.to) {
					if isSequential(inner) {
						a.to = inner.Layers()[0]
					} else {
						a.to = inner.Inputs()[min(i, len(inner.Inputs())-1)].Node().Layer()
					}
				}
				if !drawn[a] {
					drawn[a] = true
					d.arrows = append(d.arrows, a)
				}
			}
		}
	}
	return d
}

// isSequential reports whether a model with a graph is a Sequential: that does not show its input layer.
func isSequential(m *models.Model) bool {
	return !slices.Contains(m.Layers(), m.Nodes()[0].Layer())
}
