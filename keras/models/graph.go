package models

import (
	"fmt"
	"slices"
	"sort"
	"strconv"

	"github.com/gokeras/gokeras/keras"
)

// graph is what lies between a model's inputs and outputs.
type graph struct {
	nodes  []*keras.Node // by falling depth: parents first
	calls  []*keras.Node // among them, those that are computed: without inputs, and operations that only masks need
	layers []keras.Layer // and operations: by falling depth, then in the order in which the outputs led to them
	depth  map[*keras.Node]int
}

// newGraph orders the layers and calls as Keras's map_graph does: a depth-first
// walk from the outputs numbers each layer when it is first met; the depth of a
// layer is its longest way to an output; layers are sorted by falling depth, then
// by number. Inputs that no output needs come last.
func newGraph(inputs keras.List, outputs structure) (*graph, error) {
	w := &walk{inputs: map[*keras.Tensor]bool{}, number: map[keras.Layer]int{}, state: map[*keras.Node]int{}}
	for _, t := range inputs {
		w.inputs[t] = true
	}
	for i, t := range outputs.flat {
		if err := w.visit(t); err != nil {
			return nil, outputs.unconnected(i, err)
		}
	}
	g := &graph{depth: map[*keras.Node]int{}}
	layerDepth := map[keras.Layer]int{}
	for i := len(w.post) - 1; i >= 0; i-- {
		n := w.post[i]
		depth := max(g.depth[n], layerDepth[n.Layer()])
		g.depth[n], layerDepth[n.Layer()] = depth, depth
		for _, p := range n.Parents() {
			g.depth[p.Node()] = max(g.depth[p.Node()], depth+1)
		}
	}
	for i, t := range inputs {
		if _, ok := layerDepth[t.Node().Layer()]; !ok {
			layerDepth[t.Node().Layer()], w.number[t.Node().Layer()] = 0, i-len(inputs)
			g.depth[t.Node()] = 0
			w.post = append(w.post, t.Node())
		}
	}
	g.nodes = w.post
	sort.SliceStable(g.nodes, func(a, b int) bool { return g.depth[g.nodes[a]] > g.depth[g.nodes[b]] })
	for l := range layerDepth {
		g.layers = append(g.layers, l)
	}
	sort.Slice(g.layers, func(a, b int) bool {
		la, lb := g.layers[a], g.layers[b]
		if layerDepth[la] != layerDepth[lb] {
			return layerDepth[la] > layerDepth[lb]
		}
		return w.number[la] < w.number[lb]
	})
	g.calls = computed(g.nodes, outputs.flat)
	return g, g.checkNames()
}

// computed are the calls that outputs are computed from. Masks that came with inputs do so again.
func computed(nodes []*keras.Node, outputs keras.List) []*keras.Node {
	needed := map[*keras.Node]bool{}
	need := func(list keras.List) {
		for _, t := range list {
			needed[t.Node()] = true
		}
	}
	need(outputs)
	for _, n := range slices.Backward(nodes) {
		if needed[n] {
			need(n.Operands())
		}
	}
	return slices.DeleteFunc(slices.Clone(nodes), func(n *keras.Node) bool { return isEntry(n) || !needed[n] })
}

// walk is the depth-first walk from the outputs.
type walk struct {
	inputs map[*keras.Tensor]bool
	number map[keras.Layer]int
	state  map[*keras.Node]int // 1 in progress, 2 done
	post   []*keras.Node
}

// isEntry reports whether a call is where data come in.
func isEntry(n *keras.Node) bool { return len(n.Inputs()) == 0 }

func (w *walk) visit(t *keras.Tensor) error {
	n := t.Node()
	switch w.state[n] {
	case 2:
		return nil
	case 1:
		return keras.Fault(keras.ErrGraph, "Tensor %s from operation '%s' is part of a cycle.", t, n.Layer().Name())
	}
	if _, ok := w.number[n.Layer()]; !ok {
		w.number[n.Layer()] = len(w.number)
	}
	if isEntry(n) && !w.inputs[t] {
		return disconnected(n)
	}
	w.state[n] = 1
	if !w.inputs[t] {
		for _, p := range n.Parents() {
			if err := w.visit(p); err != nil {
				return err
			}
		}
	}
	w.state[n] = 2
	w.post = append(w.post, n)
	return nil
}

// disconnected says that a call needs an input that is not the model's.
func disconnected(n *keras.Node) error {
	return keras.Fault(keras.ErrGraph, "it needs the input '%s', expected it among the model's inputs", n.Layer().Name())
}

// unconnected says that output i does not come from the inputs, and why.
func (s structure) unconnected(i int, why error) error {
	path := ""
	switch s.given.(type) {
	case keras.Dict:
		path = s.keys[i]
	case keras.List:
		path = strconv.Itoa(i)
	}
	return keras.Fault(keras.ErrGraph, "Output with path `%s` is not connected to `inputs`: %v", path, why)
}

// checkNames reports two layers of one name. An operation that only masks need, which nobody has
// named, takes another one.
func (g *graph) checkNames() error {
	count := map[string]int{}
	for _, l := range g.layers {
		count[l.Name()]++
	}
	for _, n := range g.nodes {
		l := n.Layer()
		for count[l.Name()] > 1 && !isEntry(n) && !slices.Contains(g.calls, n) {
			count[l.Name()]--
			l.LayerBase().WithName(keras.AutoName(l.Class()))
			count[l.Name()]++
		}
	}
	for _, l := range g.layers {
		if n := count[l.Name()]; n > 1 {
			return keras.Fault(keras.ErrGraph, "The name \"%s\" is used %d times in the model. All operation names should be unique.", l.Name(), n)
		}
	}
	return nil
}

// has reports whether a call is part of the graph.
func (g *graph) has(n *keras.Node) bool {
	_, ok := g.depth[n]
	return ok
}

// connections are where the calls of a layer get their inputs from, as Summary
// writes them: conv2d[0][0].
func (g *graph) connections(l keras.Layer) []string {
	var list []string
	for _, n := range l.LayerBase().Nodes() {
		if !g.has(n) {
			continue
		}
		for _, p := range n.Parents() {
			list = append(list, fmt.Sprintf("%s[%d][%d]", p.Node().Layer().Name(), p.Node().Index(), p.Index()))
		}
	}
	return list
}
