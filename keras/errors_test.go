package keras_test

import (
	stderrors "errors"
	"fmt"
	"regexp"
	"runtime"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

func TestErrorsHaveOneGrammar(t *testing.T) {
	cause := errors.New("disk full")
	for _, tt := range []struct {
		reason string
		err    *keras.Error
		want   string
	}{
		{"all of it", &keras.Error{Layer: "dense_1", Class: "Dense", Site: "train.go:14", Text: "expected a, received b", Hint: "call Flatten before it?"},
			"dense_1 (Dense) at train.go:14: expected a, received b; call Flatten before it?"},
		{"no site", &keras.Error{Layer: "dense_1", Class: "Dense", Text: "no"}, "dense_1 (Dense): no"},
		{"no layer", &keras.Error{Site: "train.go:14", Text: "no"}, "at train.go:14: no"},
		{"neither", &keras.Error{Text: "no"}, "no"},
		{"a cause", &keras.Error{Layer: "d", Class: "D", Text: "not written", Cause: cause}, "d (D): not written: disk full"},
		{"a cause alone, and a way out", &keras.Error{Cause: cause, Hint: "make room"}, "disk full; make room"},
		{"what was received", keras.Expected(keras.ErrShape, "a pair", keras.Shape{1}, 2, "x"), "expected a pair, received (1,), 2, x"},
		{"a text of its own", keras.Fault(keras.ErrData, "%d rows", 3), "3 rows"},
	} {
		assert.EqualError(t, tt.err, tt.want, tt.reason)
	}
	plain := keras.Fault(keras.ErrData, "no")
	assert.EqualError(t, plain.WithHint("do"), "no; do")
	assert.EqualError(t, plain, "no", "WithHint makes a copy")
	assert.EqualError(t, keras.Fault(keras.ErrData, "A sentence of Keras's.").WithHint("do"), "A sentence of Keras's. (do)")
}

func TestClassesOfErrors(t *testing.T) {
	classes := []error{keras.ErrShape, keras.ErrArgument, keras.ErrGraph, keras.ErrConfig, keras.ErrData, keras.ErrState, keras.ErrRun}
	l := layers.Dense(1)
	for _, class := range classes {
		for _, err := range []error{
			keras.Expected(class, "a", "b"), keras.Fault(class, "a").WithHint("b"), keras.Locate(keras.Fault(class, "a"), l, ""),
			keras.Locate(errors.WithMessage(keras.Fault(class, "a"), "b"), l, ""), fmt.Errorf("b: %w", keras.Fault(class, "a")),
		} {
			for _, other := range classes {
				assert.Equal(t, other == class, stderrors.Is(err, other), "%v: %v?", err, other)
			}
		}
	}
	cause := errors.New("x")
	assert.ErrorIs(t, &keras.Error{Kind: keras.ErrRun, Cause: cause}, cause)
}

func TestLocate(t *testing.T) {
	inner, outer := layers.Dense(1).WithName("inner"), layers.Dense(1).WithName("outer")
	plain := errors.New("no")
	for _, tt := range []struct {
		reason string
		err    error
		want   string
	}{
		{"an error of whatever", plain, "outer (Dense) at a.go:1: no"},
		{"one of ours", keras.Fault(keras.ErrShape, "no").WithHint("h"), "outer (Dense) at a.go:1: no; h"},
		{"one of ours, wrapped", errors.WithMessage(keras.Fault(keras.ErrShape, "no"), "w"), "outer (Dense) at a.go:1: w: no"},
		{"the innermost layer stays, with the site of the call", keras.Locate(plain, inner, ""), "inner (Dense) at a.go:1: no"},
		{"so does its site", keras.Locate(plain, inner, "b.go:2"), "inner (Dense) at b.go:2: no"},
		{"also wrapped", errors.WithMessage(keras.Locate(plain, inner, ""), "w"), "w: inner (Dense): no"},
		{"also as a cause", &keras.Error{Kind: keras.ErrRun, Cause: keras.Locate(plain, inner, "")}, "inner (Dense): no"},
	} {
		assert.EqualError(t, keras.Locate(tt.err, outer, "a.go:1"), tt.want, tt.reason)
	}
	first := keras.Locate(plain, inner, "")
	_ = keras.Locate(first, outer, "a.go:1")
	assert.EqualError(t, first, "inner (Dense): no", "an error that others hold does not change")
	assert.NotPanics(t, func() { assert.EqualError(t, keras.Locate(plain, nil, "a.go:1"), "at a.go:1: no") })
}

// here is file:line of the line above the call of it.
func here(t *testing.T) string {
	t.Helper()
	_, _, line, ok := runtime.Caller(1)
	require.True(t, ok)
	return fmt.Sprintf("errors_test.go:%d:", line-1)
}

// Errors name the line of the user's program that made the call.
func TestCallSites(t *testing.T) {
	x := keras.Input(keras.Shape{3})
	check := func(name string, err error, site string) {
		t.Helper()
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), "at "+site, name)
	}

	err := keras.Input(keras.Shape{-3}).Err()
	check("Input", err, here(t))
	err = layers.InputLayer(keras.Shape{-3}).Output().Err()
	check("InputLayer", err, here(t))
	err = layers.Conv2D(1, 3).Apply(x).Err()
	check("Apply of a layer of Keras", err, here(t))
	err = newProbe(nil, failing).Apply(x).Err()
	check("Apply of a layer of the user", err, here(t))
	err = keras.Apply(layers.Conv2D(1, 3), x)[0].Err()
	check("keras.Apply", err, here(t))
	err = keras.ApplyArgs(layers.Conv2D(1, 3), keras.Args{}, x)[0].Err()
	check("keras.ApplyArgs", err, here(t))
	err = keras.ApplyTo(layers.Conv2D(1, 3), x).(*keras.Tensor).Err()
	check("keras.ApplyTo", err, here(t))
	err = keras.ApplyTo(layers.Conv2D(1, 3), 3).(*keras.Tensor).Err()
	check("keras.ApplyTo of no structure", err, here(t))
	err = layers.Dense(-1).
		Activation("rlu").Apply(x).Err()
	check("a chain of setters", err, here(t))
	err = layers.Dense(1).Output().Err()
	check("Output of a layer that was not called", err, here(t))
	err = newProbe(nil, twice).Apply(x).Err()
	check("Apply of a layer of two outputs", err, here(t))

	model := models.Must(models.New(x, layers.Dense(2).Apply(x)))
	err = model.Apply(keras.Input(keras.Shape{4})).Err()
	check("Apply of a model", err, here(t))
	err = keras.ApplyTo(model, keras.Dict{"no": x}).(*keras.Tensor).Err()
	check("ApplyTo of a model", err, here(t))

	func() {
		err = keras.Apply(nil, x)[0].Err()
		check("in a function literal", err, here(t))
	}()
	assert.Regexp(t, regexp.MustCompile(`^at errors_test.go:\d+: expected a layer, received nil$`), err.Error())
}

func failing(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { return nil, errors.New("no") }

func twice(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(in[0], in[0])
}

// An error is said once: later layers hand it on as it is.
func TestErrorsAreSticky(t *testing.T) {
	x := keras.Input(keras.Shape{3})
	bad := layers.Conv2D(1, 3).Apply(x)
	want := bad.Err()
	require.Error(t, want)
	y := layers.Dense(2).Apply(layers.Flatten().Apply(bad))
	assert.Same(t, want, y.Err())
	assert.Same(t, want, layers.Add().Apply(x, y).Err())
	assert.Same(t, want, keras.ApplyArgs(layers.Dense(2), keras.Args{Mask: bad}, x)[0].Err(), "of a mask")
	assert.Same(t, want, keras.ApplyArgs(layers.Dense(2), keras.Args{Named: map[string]any{"query": bad}}, x)[0].Err(), "of an argument")
	assert.Same(t, want, keras.ApplyTo(layers.Dense(2), bad).(*keras.Tensor).Err())
	_, err := models.New(x, y)
	assert.Same(t, want, err)

	plain := errors.New("from elsewhere")
	assert.Same(t, plain, layers.Dense(2).Apply(keras.Broken(plain)).Err(), "a layer takes no blame for its input")
	assert.Nil(t, bad.Shape())
	assert.Nil(t, bad.Node())
	assert.Error(t, (*keras.Tensor)(nil).Err())
	assert.ErrorContains(t, layers.Dense(2).Apply(nil).Err(), "expected a tensor, received nil as input 0")
	assert.ErrorContains(t, layers.Dense(2).Apply().Err(), "expected at least one input, received none")
}

// As many tensors carry the error as the layer has outputs, where that is known.
func TestNumberOfErroneousTensors(t *testing.T) {
	l := newProbe(nil, twice)
	bad := keras.Broken(errors.New("no"))
	assert.Len(t, keras.Apply(l, bad), 1, "not called yet")
	require.Len(t, keras.Apply(l, keras.Input(keras.Shape{3})), 2)
	outs := keras.Apply(l, bad)
	require.Len(t, outs, 2)
	for _, o := range outs {
		assert.EqualError(t, o.Err(), "no")
	}
	assert.EqualError(t, l.Apply(bad).Err(), "no")
	assert.ErrorContains(t, l.Apply(keras.Input(keras.Shape{3})).Err(), "the layer has 2 outputs; use keras.Apply")
}
