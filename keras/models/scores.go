package models

import (
	"fmt"
	"strings"

	"github.com/gokeras/gokeras/internal/console"
)

// Scores are the results of Evaluate and of the methods that work on one batch. A nil
// *Scores, which comes with an error, has none.
type Scores struct {
	names  []string
	values map[string]float64
}

// Loss is the total loss.
func (s *Scores) Loss() float64 {
	loss, _ := s.Get("loss")
	return loss
}

// Get is the value of a name: "loss", a metric's, or "{output}_{metric}".
func (s *Scores) Get(name string) (value float64, ok bool) {
	if s == nil {
		return 0, false
	}
	value, ok = s.values[name]
	return value, ok
}

// Names are the names in the order of Keras's evaluate: loss first.
func (s *Scores) Names() []string {
	if s == nil {
		return nil
	}
	return append([]string(nil), s.names...)
}

// Values are the values in the order of Names.
func (s *Scores) Values() []float64 {
	names := s.Names()
	out := make([]float64, len(names))
	for i, n := range names {
		out[i] = s.values[n]
	}
	return out
}

// String is "loss: 0.1234 - accuracy: 0.9500".
func (s *Scores) String() string {
	names := s.Names()
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = fmt.Sprintf("%s: %.4f", n, s.values[n])
	}
	return strings.Join(parts, " - ")
}

// HTML is a table for notebooks.
func (s *Scores) HTML() string {
	l := console.Listing{Head: s.Names(), Rows: [][]string{nil}}
	for _, v := range s.Values() {
		l.Rows[0] = append(l.Rows[0], console.Decimal(v))
	}
	return l.HTML()
}

// SimpleRender is the table by MIME type, for notebooks.
func (s *Scores) SimpleRender() map[string]any {
	return map[string]any{"text/html": s.HTML(), "text/plain": s.String()}
}
