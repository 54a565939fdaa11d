package main

import (
	"fmt"
	"math/rand/v2"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/datasets"
)

// graph is the network for batches of one size, with memory for one batch.
type graph struct {
	*gorgonia.ExprGraph
	x, y    *gorgonia.Node // (batch, 1, 28, 28); (batch, 10) with a 1 at the class
	weights gorgonia.Nodes
	output  *gorgonia.Node
}

// draw makes the graph, with weights of its own, or with those of another one. There is no
// dropout without training.
func draw(batch int, training bool, of *graph) (g *graph, err error) {
	defer func() { // Must panics
		if r := recover(); r != nil {
			err = fmt.Errorf("convnet: %v", r)
		}
	}()
	must := gorgonia.Must
	g = &graph{ExprGraph: gorgonia.NewGraph()}
	weight := func(init gorgonia.InitWFn, shape ...int) *gorgonia.Node {
		start := gorgonia.WithInit(init)
		if of != nil {
			start = gorgonia.WithValue(of.weights[len(g.weights)].Value())
		}
		w := gorgonia.NewTensor(g.ExprGraph, gorgonia.Float32, len(shape), gorgonia.WithShape(shape...),
			gorgonia.WithName(fmt.Sprint("weight ", len(g.weights))), start)
		g.weights = append(g.weights, w)
		return w
	}
	g.x = gorgonia.NewTensor(g.ExprGraph, gorgonia.Float32, 4, gorgonia.WithShape(batch, 1, 28, 28),
		gorgonia.WithName("x"), gorgonia.WithInit(gorgonia.Zeroes()))
	g.y = gorgonia.NewMatrix(g.ExprGraph, gorgonia.Float32, gorgonia.WithShape(batch, 10),
		gorgonia.WithName("y"), gorgonia.WithInit(gorgonia.Zeroes()))

	x, channels := g.x, 1
	for _, filters := range []int{32, 64, 128} {
		w := weight(gorgonia.GlorotU(1), filters, channels, 3, 3)
		b := weight(gorgonia.Zeroes(), 1, filters, 1, 1)
		x = must(gorgonia.Conv2d(x, w, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))
		x = must(gorgonia.Rectify(must(gorgonia.BroadcastAdd(x, b, nil, []byte{0, 2, 3}))))
		x = must(gorgonia.MaxPool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
		channels = filters
	}
	dense := func(x *gorgonia.Node, units int) *gorgonia.Node {
		w := weight(gorgonia.GlorotU(1), x.Shape()[1], units)
		b := weight(gorgonia.Zeroes(), 1, units)
		return must(gorgonia.BroadcastAdd(must(gorgonia.Mul(x, w)), b, nil, []byte{0}))
	}
	x = must(gorgonia.Reshape(x, tensor.Shape{batch, x.Shape().TotalSize() / batch}))
	x = must(gorgonia.Rectify(dense(x, 625)))
	if training {
		x = must(gorgonia.Dropout(x, 0.5))
	}
	g.output = must(gorgonia.SoftMax(dense(x, 10)))
	return g, nil
}

// fill copies images and labels to where the graph reads them.
func (g *graph) fill(d datasets.Split, indices []int) {
	x, y := g.x.Value().Data().([]float32), g.y.Value().Data().([]float32)
	clear(y)
	for i, n := range indices {
		for j, pixel := range d.X.Uint8s()[n*28*28 : (n+1)*28*28] {
			x[i*28*28+j] = float32(pixel) / 255
		}
		y[i*10+int(d.Y.Uint8s()[n])] = 1
	}
}

// trainer makes steps of training.
type trainer struct {
	*graph
	machine gorgonia.VM
	solver  gorgonia.Solver
}

func newTrainer(batch int) (*trainer, error) {
	g, err := draw(batch, true, nil)
	if err != nil {
		return nil, err
	}
	// Minus the mean logarithm of the probability of the right class.
	logs, err := gorgonia.Log(g.output)
	if err != nil {
		return nil, err
	}
	loss := gorgonia.Must(gorgonia.Neg(gorgonia.Must(gorgonia.Mean(
		gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(logs, g.y)), 1))))))
	if _, err := gorgonia.Grad(loss, g.weights...); err != nil {
		return nil, err
	}
	machine := gorgonia.NewTapeMachine(g.ExprGraph, gorgonia.BindDualValues(g.weights...))
	return &trainer{g, machine, gorgonia.NewRMSPropSolver(gorgonia.WithLearnRate(0.001), gorgonia.WithRho(0.9))}, nil
}

func (t *trainer) step() error {
	t.machine.Reset()
	if err := t.machine.RunAll(); err != nil {
		return err
	}
	return t.solver.Step(gorgonia.NodesToValueGrads(t.weights))
}

// withGorgonia trains the network and gives its accuracy on the test images. Images that are
// left over after the last whole batch are not used.
func withGorgonia(train, test datasets.Split, batch, epochs int) (float64, error) {
	t, err := newTrainer(batch)
	if err != nil {
		return 0, err
	}
	defer t.machine.Close()
	steps := train.X.Shape()[0] / batch
	for epoch := range epochs {
		order := rand.Perm(train.X.Shape()[0])
		for s := range steps {
			t.fill(train, order[s*batch:(s+1)*batch])
			if err := t.step(); err != nil {
				return 0, err
			}
			fmt.Printf("\repoch %d: %d/%d", epoch+1, s+1, steps)
		}
	}
	fmt.Println()

	g, err := draw(batch, false, t.graph)
	if err != nil {
		return 0, err
	}
	machine := gorgonia.NewTapeMachine(g.ExprGraph)
	defer machine.Close()
	right, all := 0, test.X.Shape()[0]/batch*batch
	for from := 0; from < all; from += batch {
		indices := make([]int, batch)
		for i := range indices {
			indices[i] = from + i
		}
		g.fill(test, indices)
		machine.Reset()
		if err := machine.RunAll(); err != nil {
			return 0, err
		}
		scores := g.output.Value().Data().([]float32)
		for i, n := range indices {
			best := 0
			for class, score := range scores[i*10 : (i+1)*10] {
				if score > scores[i*10+best] {
					best = class
				}
			}
			if best == int(test.Y.Uint8s()[n]) {
				right++
			}
		}
	}
	return float64(right) / float64(all), nil
}
