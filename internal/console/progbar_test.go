package console

import (
	"bytes"
	"io"
	"math"
	"testing"
	"time"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// value reads a Value of the fixture, [key, number or list or word for what JSON cannot say].
func value(t *testing.T, pair [2]any) Value {
	number := func(v any) float64 {
		if word, ok := v.(string); ok {
			n, ok := map[string]float64{"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1)}[word]
			require.True(t, ok, word)
			return n
		}
		return v.(float64)
	}
	out := Value{Key: pair[0].(string)}
	if list, ok := pair[1].([]any); ok {
		out.Vector = []float64{}
		for _, v := range list {
			out.Vector = append(out.Vector, number(v))
		}
		return out
	}
	out.Number = number(pair[1])
	return out
}

func TestProgbarAgainstKeras(t *testing.T) {
	var cases []struct {
		Reason          string
		Verbose, Target int
		Steps           []struct {
			NS       int64
			Current  int
			Finalize bool
			Values   [][2]any
			Target   *int
			Out      string
		}
	}
	fixture(t, "progbar.json", &cases)
	require.Greater(t, len(cases), 100)
	for _, c := range cases {
		t.Run(c.Reason, func(t *testing.T) {
			start := time.Unix(1000, 0)
			now := start
			var out bytes.Buffer
			bar := NewProgbar(ProgbarConfig{Output: &out, Target: c.Target, Verbose: c.Verbose, Now: func() time.Time { return now }})
			for i, s := range c.Steps {
				now = start.Add(time.Duration(s.NS))
				if s.Target != nil {
					bar.SetTarget(*s.Target)
				}
				var values []Value
				for _, pair := range s.Values {
					values = append(values, value(t, pair))
				}
				out.Reset()
				require.NoError(t, bar.Update(s.Current, values, s.Finalize))
				require.Equal(t, s.Out, out.String(), "update %d", i)
			}
		})
	}
}

func TestProgbarSilent(t *testing.T) {
	var out bytes.Buffer
	for _, verbose := range []int{-1, 0, 3} {
		bar := NewProgbar(ProgbarConfig{Output: &out, Target: 3, Verbose: verbose})
		require.NoError(t, bar.Update(3, []Value{{Key: "loss", Number: 1}}, true))
		assert.Empty(t, out.String(), "verbose %d", verbose)
	}
}

func TestProgbarDoesNotKeepTheCallersValues(t *testing.T) {
	var out bytes.Buffer
	bar := NewProgbar(ProgbarConfig{Output: &out, Target: 2, Verbose: Line})
	values := []Value{{Key: "loss", Number: 1}, {Key: "f1", Vector: []float64{1, 2}}}
	require.NoError(t, bar.Update(1, values, false))
	values[0].Number, values[1].Vector[0] = 7, 7
	require.NoError(t, bar.Update(2, nil, true))
	assert.Contains(t, out.String(), " - loss: 1.0000 - f1: 1.5000\n")
}

func TestProgbarEmptyVector(t *testing.T) {
	var out bytes.Buffer
	bar := NewProgbar(ProgbarConfig{Output: &out, Target: 1, Verbose: Bar})
	require.NoError(t, bar.Update(1, []Value{{Key: "f1", Vector: []float64{}}}, true))
	assert.Contains(t, out.String(), " - f1: nan", "np.mean([]) is nan")
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestProgbarReturnsTheWritersError(t *testing.T) {
	for _, verbose := range []int{Bar, Line} {
		err := NewProgbar(ProgbarConfig{Output: brokenPipe{}, Target: 1, Verbose: verbose}).Update(1, nil, true)
		assert.EqualError(t, err, "writing the progress of training: io: read/write on closed pipe")
		assert.ErrorIs(t, errors.Cause(err), io.ErrClosedPipe)
	}
}

func TestProgbarSkippedUpdateAllocatesNothing(t *testing.T) {
	// Training calls Update after every step.
	values := []Value{{Key: "accuracy", Number: 0.5}, {Key: "f1", Vector: []float64{1, 2}}}
	now := time.Unix(1000, 0)
	var out bytes.Buffer
	bar := NewProgbar(ProgbarConfig{Output: &out, Target: 1000, Verbose: Bar, Now: func() time.Time { return now }})
	require.NoError(t, bar.Update(1, values, false))
	drawn := out.String()
	current := 1
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		current++
		if err := bar.Update(current, values, false); err != nil {
			t.Fatal(err)
		}
	}))
	assert.Equal(t, drawn, out.String(), "nothing is drawn within 50 ms")
}

func BenchmarkProgbarUpdate(b *testing.B) {
	values := []Value{{Key: "accuracy", Number: 0.5}, {Key: "loss", Number: 1.5}, {Key: "mean_absolute_error", Number: 0.25}}
	for _, c := range []struct {
		name string
		now  func() time.Time
	}{
		{"skipped", time.Now},
		{"drawn", func() func() time.Time {
			now := time.Unix(1000, 0)
			return func() time.Time { now = now.Add(redrawEvery); return now }
		}()},
	} {
		b.Run(c.name, func(b *testing.B) {
			bar := NewProgbar(ProgbarConfig{Output: io.Discard, Target: b.N, Verbose: Bar, Now: c.now})
			b.ReportAllocs()
			for i := range b.N {
				if err := bar.Update(i, values, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
