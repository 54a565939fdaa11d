package main

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Of the images, which are squares, and of the labels.
const pixels, classes = 28, 10

// model is MnistModel as a graph of Gorgonia's own Ops, for batches of one size.
type model struct {
	graph          *gorgonia.ExprGraph
	images, labels *gorgonia.Node // (batch, 1, 28, 28); (batch, 10) with a 1 at the class
	weights        gorgonia.Nodes
	loss           *gorgonia.Node
}

// draw makes the graph. A mistake in it would panic, by Gorgonia's Must.
func draw(batch int) *model {
	must := gorgonia.Must
	m := &model{graph: gorgonia.NewGraph()}
	m.images = m.variable("images", gorgonia.Zeroes(), batch, 1, pixels, pixels)
	m.labels = m.variable("labels", gorgonia.Zeroes(), batch, classes)

	x := m.conv(m.images, 16, 3, 1, 1)
	x = m.conv(x, 32, 6, 2, 2)
	x = m.conv(x, 48, 6, 2, 2)
	// The mean over the pixels, an axis at a time: GlobalAveragePool2D has no gradient.
	x = must(gorgonia.Mean(x, 3))
	x = must(gorgonia.Mean(x, 2))
	x = must(gorgonia.Rectify(m.dense(x, 48)))
	x = must(gorgonia.Dropout(x, 0.4))
	x = must(gorgonia.SoftMax(m.dense(x, classes)))

	// Minus the mean logarithm of the probability of the right class.
	x = must(gorgonia.HadamardProd(must(gorgonia.Log(x)), m.labels))
	m.loss = must(gorgonia.Neg(must(gorgonia.Mean(must(gorgonia.Sum(x, 1))))))
	return m
}

// conv is a convolution with a bias and relu.
func (m *model) conv(x *gorgonia.Node, filters, kernel, stride, padding int) *gorgonia.Node {
	w := m.weight(gorgonia.GlorotU(1), filters, x.Shape()[1], kernel, kernel)
	b := m.weight(gorgonia.Zeroes(), 1, filters, 1, 1)
	x = gorgonia.Must(gorgonia.Conv2d(x, w, tensor.Shape{kernel, kernel},
		[]int{padding, padding}, []int{stride, stride}, []int{1, 1}))
	return gorgonia.Must(gorgonia.Rectify(gorgonia.Must(gorgonia.BroadcastAdd(x, b, nil, []byte{0, 2, 3}))))
}

// dense is a product with weights, and a bias.
func (m *model) dense(x *gorgonia.Node, units int) *gorgonia.Node {
	w := m.weight(gorgonia.GlorotU(1), x.Shape()[1], units)
	b := m.weight(gorgonia.Zeroes(), 1, units)
	return gorgonia.Must(gorgonia.BroadcastAdd(gorgonia.Must(gorgonia.Mul(x, w)), b, nil, []byte{0}))
}

func (m *model) weight(init gorgonia.InitWFn, shape ...int) *gorgonia.Node {
	w := m.variable(fmt.Sprintf("weight %d", len(m.weights)), init, shape...)
	m.weights = append(m.weights, w)
	return w
}

// variable is a node with memory; each needs a name of its own.
func (m *model) variable(name string, init gorgonia.InitWFn, shape ...int) *gorgonia.Node {
	return gorgonia.NewTensor(m.graph, tensor.Float32, len(shape),
		gorgonia.WithShape(shape...), gorgonia.WithName(name), gorgonia.WithInit(init))
}
