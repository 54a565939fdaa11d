package keras_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
)

// golden reads a fixture that tools/golden wrote.
func golden(t testing.TB, path string) keras.Config {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var cfg keras.Config
	require.NoError(t, cfg.UnmarshalJSON(text))
	return cfg
}

// section is a list of a fixture, which must have cases.
func section(t testing.TB, cfg keras.Config, key string) []keras.Config {
	t.Helper()
	v, _ := cfg.Get(key)
	list, _ := v.([]any)
	require.NotEmpty(t, list, key)
	cases := make([]keras.Config, len(list))
	for i, c := range list {
		cases[i] = c.(keras.Config)
	}
	return cases
}

// str is a string of a case.
func str(t testing.TB, c keras.Config, key string) string {
	t.Helper()
	v, _ := c.Get(key)
	s, ok := v.(string)
	require.True(t, ok, "%s: %v", key, v)
	return s
}

type buildFunc = func(b *keras.Base, in ...keras.Shape) error

type callFunc = func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error)

// probe is a layer made of functions.
type probe struct {
	keras.Base
	build buildFunc
	call  callFunc
}

func newProbe(build buildFunc, call callFunc) *probe {
	p := &probe{build: build, call: call}
	p.Init(p, "Probe")
	return p
}

func (p *probe) Build(in ...keras.Shape) error {
	if p.build == nil {
		return nil
	}
	return p.build(&p.Base, in...)
}

func (p *probe) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	if p.call == nil {
		return t.Out(in...)
	}
	return p.call(t, in...)
}

// stated is a probe that says its output shapes.
type stated struct {
	probe
	outputs func(in ...keras.Shape) ([]keras.Shape, error)
}

func newStated(outputs func(in ...keras.Shape) ([]keras.Shape, error)) *stated {
	s := &stated{outputs: outputs}
	s.Init(s, "Stated")
	return s
}

func (s *stated) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) { return s.outputs(in...) }
