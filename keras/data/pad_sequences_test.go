package data

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

// padErrors are the errors for what Keras refuses, by its own text.
var padErrors = map[string]string{
	"Shape of sample (3,) of sequence at position 1 is different from expected shape (2,)": "data: PadSequences: expected steps of shape (2,), as the first sequence has, received (3,) at position 1",
	`Padding type "both" not understood`:                                                   "data: PadSequences: expected Padding \"pre\" or \"post\", received \"both\"",
	`Truncating type "both" not understood`:                                                "data: PadSequences: expected Truncating \"pre\" or \"post\", received \"both\"",
	"zero-size array to reduction operation maximum which has no identity":                 "data: PadSequences: expected at least one sequence, received none",
}

// What testdata/pad_sequences.json has from real Keras.
func TestPadSequencesAsKeras(t *testing.T) {
	type array struct {
		Shape []int
		Data  []float64
	}
	var golden struct {
		Cases []struct {
			Name      string
			Sequences []json.RawMessage
			Args      struct {
				MaxLen              *int
				DType               *string
				Padding, Truncating *string
				Value               *float64
			}
			Error  *struct{ Text string }
			Padded array
		}
	}
	text, err := os.ReadFile("testdata/pad_sequences.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &golden))
	require.NotEmpty(t, golden.Cases)
	for _, c := range golden.Cases {
		t.Run(c.Name, func(t *testing.T) {
			dtype := tensor.Int32
			var options []PadOption
			if a := c.Args.MaxLen; a != nil {
				options = append(options, MaxLen(*a))
			}
			if a := c.Args.DType; a != nil {
				dtype = map[string]tensor.Dtype{"int64": tensor.Int64, "float32": tensor.Float32, "float64": tensor.Float64}[*a]
				options = append(options, DType(dtype))
			}
			if a := c.Args.Padding; a != nil {
				options = append(options, Padding(*a))
			}
			if a := c.Args.Truncating; a != nil {
				options = append(options, Truncating(*a))
			}
			if a := c.Args.Value; a != nil {
				options = append(options, Value(*a))
			}
			var lists [][]float64
			var tensors List
			for _, s := range c.Sequences {
				if bytes.HasPrefix(s, []byte("{")) {
					var a array
					require.NoError(t, json.Unmarshal(s, &a))
					tensors = append(tensors, fromBacking(a.Data, a.Shape...))
					continue
				}
				var list []float64
				require.NoError(t, json.Unmarshal(s, &list))
				lists = append(lists, list)
			}
			sequences := any(lists)
			if tensors != nil {
				sequences = tensors
			}
			got, err := PadSequences(sequences, options...)
			if c.Error != nil {
				require.Contains(t, padErrors, c.Error.Text)
				assert.EqualError(t, err, padErrors[c.Error.Text])
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tensor.Shape(c.Padded.Shape), got.Shape())
			assert.Equal(t, Cast(fromBacking(c.Padded.Data, c.Padded.Shape...), dtype).Data(), got.Data())
		})
	}
}

func TestPadSequencesOfEveryType(t *testing.T) {
	for _, sequences := range []any{
		[][]int{{1, 2}, {3}}, [][]int32{{1, 2}, {3}}, [][]int64{{1, 2}, {3}}, [][]uint8{{1, 2}, {3}}, [][]float32{{1, 2}, {3}}, [][]float64{{1, 2}, {3}},
		List{vector(int32(1), 2), vector(int32(3))},
		List{fromBacking([]float32{1, 2}, 2), fromBacking([]uint8{3}, 1)},
	} {
		got, err := PadSequences(sequences, nil)
		require.NoError(t, err, "%T", sequences)
		assert.Equal(t, []int32{1, 2, 0, 3}, got.Data(), "%T", sequences)
	}
	given := [][]int32{{1, 2}}
	got, err := PadSequences(given)
	require.NoError(t, err)
	got.Data().([]int32)[0] = 9
	assert.Equal(t, [][]int32{{1, 2}}, given, "the result is a copy")
	column, err := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]int32{1, 2, 3, 4, 5, 6})).Slice(nil, tensor.S(1))
	require.NoError(t, err)
	got, err = PadSequences(List{column.(*tensor.Dense)})
	require.NoError(t, err)
	assert.Equal(t, []int32{2, 5}, got.Data(), "a view that is not contiguous")
}

func TestPadSequencesErrors(t *testing.T) {
	for _, tt := range []struct {
		reason    string
		sequences any
		option    PadOption
		want      string
	}{
		{"nothing", nil, nil, "expected sequences of numbers, as [][]int32 or data.List, received <nil>"},
		{"a tensor", vector(1, 2), nil, "expected sequences of numbers, as [][]int32 or data.List, received *tensor.Dense"},
		{"one sequence", []int{1}, nil, "expected sequences of numbers, as [][]int32 or data.List, received []int"},
		{"words", [][]string{{"a"}}, nil, "expected sequences of numbers, as [][]int32 or data.List, received [][]string"},
		{"a tensor of words", List{vector("a")}, nil, "expected tensors of numbers with an axis, received another one at position 0"},
		{"a scalar", List{vector(1), scalar(1)}, nil, "expected tensors of numbers with an axis, received another one at position 1"},
		{"a tensor that is none", List{nil}, nil, "expected tensors of numbers with an axis, received another one at position 0"},
		{"an empty tensor", List{{}}, nil, "expected tensors of numbers with an axis, received another one at position 0"},
		{"an empty List", List{}, nil, "expected at least one sequence, received none"},
		{"all empty", [][]int{{}, {}}, nil, "expected a sequence that is not empty, or a MaxLen"},
		{"no length", [][]int{{1}}, MaxLen(0), "expected a MaxLen of at least 1, received 0"},
		{"a length that no memory holds", [][]int{{1}, {1}}, MaxLen(1 << 40), "expected at most 17179869184 elements, received [2 1099511627776]"},
		{"a type of no numbers", [][]int{{1}}, DType(tensor.String), "expected a DType of numbers or bool, received string"},
	} {
		got, err := PadSequences(tt.sequences, tt.option)
		assert.EqualError(t, err, "data: PadSequences: "+tt.want, tt.reason)
		assert.Nil(t, got, tt.reason)
	}
}
