package show_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/notebooks/kernels/show"
)

func TestText(t *testing.T) {
	type point struct{ X, Y int }
	x := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, 3, 4}))
	described := "(2, 2) float32\n[[1 2]\n [3 4]]"
	for _, tt := range []struct {
		reason string
		values []any
		want   string
	}{
		{"a number", []any{3}, "3"},
		{"several values", []any{3, "words", nil, true}, "3\nwords\ntrue"},
		{"a tensor, and no error", []any{x, nil}, described},
		{"tensors", []any{data.List{x, x}}, "[0] " + described + "\n[1] " + described},
		{"tensors by name", []any{data.Dict{"x": x}}, `["x"] ` + described},
		{"what has a text of its own", []any{time.Second, errors.New("wrong")}, "1s\nwrong"},
		{"what has a text in what it embeds", []any{optimizers.SGD().WithName("sgd")},
			"SGD(name=sgd, learning_rate=0.01, use_ema=False, ema_momentum=0.99, momentum=0.0, nesterov=False)"},
		{"a struct", []any{point{1, 2}, &point{1, 2}}, "{X:1 Y:2}\n&{1 2}"},
		{"a struct of a cell", []any{struct{ n int }{3}, &struct{ n int }{3}}, "{3}\n&{3}"},
		{"what is inside a type is not for users", []any{callbacks.EarlyStopping()}, "*callbacks.EarlyStoppingCallback"},
		{"a short slice", []any{[]int{1, 2}}, "[1 2]"},
		{"a long one", []any{make([]uint8, 1_000_000)}, "[" + strings.Repeat("0 ", 100) + "... 1000000 elements]"},
		{"a long text", []any{strings.Repeat("é", 10_000)}, strings.Repeat("é", 5000) + " … and 10000 bytes more"},
	} {
		if got := show.Text(tt.values...); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.reason, got, tt.want)
		}
	}
	if got := show.Text("x" + strings.Repeat("é", 10_000)); !utf8.ValidString(got) {
		t.Error("half a letter")
	}
}
