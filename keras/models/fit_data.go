package models

import (
	"math"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// fitSources makes what training and validation read; validation is nil without any.
func (r *reader) fitSources(x, y any, cfg *FitConfig) (train, validation source, err error) {
	if ds, ok := x.(*data.Dataset); ok {
		if train, err = r.datasetOf(ds, y, cfg); err != nil {
			return nil, nil, err
		}
	} else {
		a, err := r.samples(x, y, cfg)
		if err != nil {
			return nil, nil, err
		}
		if cfg.ValidationSplit > 0 && cfg.ValidationData == nil {
			var v *arrays
			if a, v, err = a.split(cfg); err != nil {
				return nil, nil, err
			}
			if cfg.ClassWeight != nil { // for training alone
				clear(v.w)
			}
			validation = v
		}
		a.shuffle, a.key = !cfg.NoShuffle, keras.NextSeed()
		train = a
	}
	switch v := cfg.ValidationData.(type) {
	case nil:
	case *data.Dataset:
		validation, err = r.source(data.Element{X: v}, 0)
	case data.Element:
		validation, err = r.arrays(v, or(cfg.ValidationBatchSize, cfg.BatchSize))
	default:
		err = keras.Fault(keras.ErrData, "expected a data.Element or *data.Dataset as ValidationData, received %T", v)
	}
	return train, validation, err
}

// datasetOf is a Dataset to train on, if nothing goes with it that is for tensors.
func (r *reader) datasetOf(ds *data.Dataset, y any, cfg *FitConfig) (source, error) {
	if cfg.ValidationSplit > 0 && cfg.ValidationData == nil {
		return nil, keras.Fault(keras.ErrData, "Argument `validation_split` is only supported for tensors. Found incompatible type in the input: %T", ds)
	}
	if cfg.SampleWeight != nil {
		return nil, keras.Fault(keras.ErrData, "When providing `x` as a data.Dataset, the weights should be included as the third part of its elements.")
	}
	if cfg.ClassWeight != nil && ds != nil {
		ds = ds.Map(func(e data.Element) (_ data.Element, err error) {
			e.SampleWeight, err = r.classWeights(e, cfg.ClassWeight)
			return e, err
		})
	}
	return r.source(data.Element{X: ds, Y: y}, 0)
}

// samples is the training source of tensors.
func (r *reader) samples(x, y any, cfg *FitConfig) (*arrays, error) {
	e := data.Element{X: x, Y: y, SampleWeight: cfg.SampleWeight}
	if cfg.ClassWeight != nil {
		var err error
		if e.SampleWeight, err = r.classWeights(e, cfg.ClassWeight); err != nil {
			return nil, err
		}
	}
	size := cfg.BatchSize
	if size == 0 && cfg.StepsPerEpoch > 0 {
		leaves, err := samplesOf(x)
		if err != nil {
			return nil, err
		}
		size = max(1, (rows(leaves[0])+cfg.StepsPerEpoch-1)/cfg.StepsPerEpoch)
	}
	return r.arrays(e, size)
}

// split takes the validation from the end.
func (a *arrays) split(cfg *FitConfig) (train, validation *arrays, err error) {
	s := cfg.ValidationSplit
	at := int(math.Floor(float64(a.n) * (1 - s)))
	if at == 0 || at == a.n {
		return nil, nil, keras.Fault(keras.ErrData, "Training data contains %d samples, which is not sufficient to split it into a validation and training set as specified by `validation_split=%v`. Either provide more data, or a different value for the `validation_split` argument.", a.n, s)
	}
	validation = a.slice(at, a.n)
	validation.size = or(cfg.ValidationBatchSize, a.size)
	return a.slice(0, at), validation, nil
}

// classWeights are the sample weights of targets' classes: labels (n) or (n, 1), or
// one-hot rows, whose class is the place of the largest element.
func (r *reader) classWeights(e data.Element, weight map[int]float64) (*tensor.Dense, error) {
	if e.SampleWeight != nil {
		return nil, keras.Fault(keras.ErrArgument, "You cannot `class_weight` and `sample_weight` at the same time.")
	}
	t, ok := e.Y.(*tensor.Dense)
	if !ok || t == nil || len(r.net.outputs.flat) > 1 {
		return nil, keras.Fault(keras.ErrArgument, "`class_weight` is only supported for Models with a single output.")
	}
	n := rows(t)
	if n == 0 {
		return nil, keras.Expected(keras.ErrData, "at least one sample", "none")
	}
	f, err := castTo(contiguous([]*tensor.Dense{t})[0], tensor.Float64)
	if err != nil {
		return nil, err
	}
	labels := f.Data().([]float64)
	per := len(labels) / n
	w := make([]float32, n)
	for i := range w {
		row := labels[i*per : (i+1)*per]
		class := int(row[0])
		if per > 1 {
			class = largest(row)
		}
		w[i] = 1
		if v, ok := weight[class]; ok {
			w[i] = float32(v)
		}
	}
	return tensor.New(tensor.WithShape(n), tensor.WithBacking(w)), nil
}

func largest(row []float64) (at int) {
	for i, v := range row {
		if v > row[at] {
			at = i
		}
	}
	return at
}
