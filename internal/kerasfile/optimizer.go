package kerasfile

import (
	"path"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// optimizerGroup is the group with the state of an optimizer, which is an Object like any other.
const optimizerGroup = "optimizer"

// state is the saved state of an optimizer.
type state struct {
	datasets []*hdf5.Dataset
	bySlot   bool // one moment of all variables, then the next one; else all moments of one variable, then the next one
}

// state is empty where there is none.
func (f *File) state() (state, error) {
	if f.layers != nil {
		return f.olderState()
	}
	vars, err := f.tree.variables(optimizerGroup)
	if err != nil {
		return state{}, err
	}
	s := state{datasets: make([]*hdf5.Dataset, vars.len())}
	for i := range s.datasets {
		if s.datasets[i], err = vars.dataset(i); err != nil {
			return state{}, err
		}
	}
	return s, nil
}

func (f *File) olderState() (state, error) {
	saved, err := savedWeights(f.tree[0], stateGroup)
	if errors.Is(err, hdf5.ErrNotFound) {
		return state{}, nil
	}
	if err != nil {
		return state{}, err
	}
	s := state{datasets: make([]*hdf5.Dataset, len(saved.names))}
	for i, name := range saved.names {
		if s.datasets[i], err = saved.group.Dataset(name); err != nil {
			return state{}, err
		}
	}
	// The optimizers of today, also in Keras 2.11 and later, call their first variable so.
	s.bySlot = len(saved.names) > 0 && !strings.HasPrefix(path.Base(saved.names[0]), "iteration:") && strings.HasPrefix(f.version, "2.")
	return s, nil
}

// optimizer plans to read the state of an optimizer, all of it or, with Keras's warning, nothing.
func (r *reading) optimizer(f *File, w Weights) error {
	saved, err := f.state()
	if err != nil || len(saved.datasets) == 0 {
		return err
	}
	o := w.Optimizer
	wanted := arrange(w, saved)
	if len(wanted) != len(saved.datasets) {
		keras.Warn("Skipping variable loading for optimizer '%s', because it has %d variables whereas the saved optimizer has %d variables.",
			o.Name, len(o.Variables), len(saved.datasets))
		return nil
	}
	var all reading
	for i, v := range wanted {
		if err := all.add(v, saved.datasets[i]); err != nil {
			keras.Warn("Skipping variable loading for optimizer '%s': %s", o.Name, err)
			return nil
		}
	}
	r.variables, r.datasets = append(r.variables, all.variables...), append(r.datasets, all.datasets...)
	return nil
}

// arrange is the variables of an optimizer in the order in which they were saved.
func arrange(w Weights, saved state) []*keras.Variable {
	all := slices.Clone(w.Optimizer.Variables)
	// Keras 2 has the learning rate in the config alone, and for RMSprop does not count steps.
	for _, name := range []string{"learning_rate", "iteration"} {
		if len(all) > len(saved.datasets) {
			all = slices.DeleteFunc(all, func(v *keras.Variable) bool { return v.Name() == name })
		}
	}
	if saved.bySlot {
		slots := slotsOf(all, w)
		slices.SortStableFunc(all, func(a, b *keras.Variable) int { return slots[a] - slots[b] })
	}
	return all
}

// slotsOf numbers what an optimizer keeps of each variable: dense_kernel_momentum is the momentum of
// dense/kernel. What belongs to no variable comes first.
func slotsOf(state []*keras.Variable, w Weights) map[*keras.Variable]int {
	of := map[string]bool{}
	_ = w.Tree.walk("", func(_ string, o Object) error { // the function gives no error
		for _, v := range o.Variables {
			of[strings.ReplaceAll(v.Path(), "/", "_")] = true
		}
		return nil
	})
	number, slots := map[string]int{}, map[*keras.Variable]int{}
	for _, v := range state {
		for i, c := range v.Name() {
			if slot := v.Name()[i:]; c == '_' && of[v.Name()[:i]] {
				if number[slot] == 0 {
					number[slot] = len(number) + 1
				}
				slots[v] = number[slot]
			}
		}
	}
	return slots
}
