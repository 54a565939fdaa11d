package main

import (
	"archive/zip"
	"bufio"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/npy"
	"github.com/gokeras/gokeras/keras/data"
)

// inputs are the samples of a model's inputs, which are read as they are needed.
type inputs struct {
	names  []string
	arrays []array // of each
	files  []io.Closer
	err    error // of the array that could not be read
}

// array is one in a file.
type array struct {
	*npy.Reader
	from string // for errors
}

// openInputs opens what the arguments [NAME=]FILE say, for inputs of these names.
func openInputs(args, names []string) (_ *inputs, err error) {
	in := &inputs{names: names, arrays: make([]array, len(names))}
	defer func() {
		if err != nil {
			in.close()
		}
	}()
	for _, arg := range args {
		name, path, named := strings.Cut(arg, "=")
		if !named || strings.ContainsAny(name, `/\.`) {
			name, path = "", arg
		}
		if err := in.open(name, path); err != nil {
			return nil, err
		}
	}
	for i, a := range in.arrays {
		switch {
		case a.Reader == nil:
			return nil, misusef("no data for the input %s: -x %s=FILE", names[i], names[i])
		case a.Shape()[0] != in.arrays[0].Shape()[0]:
			return nil, errors.Errorf("%s has %d samples, %s has %d", in.arrays[0].from, in.arrays[0].Shape()[0], a.from, a.Shape()[0])
		}
	}
	return in, nil
}

// open opens a file for the input of a name, or for those that it has arrays of.
func (in *inputs) open(name, path string) error {
	if name != "" && !slices.Contains(in.names, name) {
		return misusef("the model has no input %s: %s", name, strings.Join(in.names, ", "))
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	in.files = append(in.files, f)
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	var head [2]byte
	if _, err := f.ReadAt(head[:], 0); err == nil && string(head[:]) == "PK" {
		z, err := zip.NewReader(f, size)
		if err != nil {
			return errors.WithMessage(err, path)
		}
		return in.archive(name, path, z)
	}
	if name == "" && len(in.names) > 1 {
		return misusef("the model has %d inputs: give each of them its file, as in -x %s=%s", len(in.names), in.names[0], path)
	}
	if name == "" {
		name = in.names[0]
	}
	return in.add(name, path, bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 1<<16), size)
}

// archive takes arrays out of an npz: the one of a name, or those of the inputs' names. A single
// array may have any.
func (in *inputs) archive(name, path string, z *zip.Reader) error {
	wanted := in.names
	if name != "" {
		wanted = []string{name}
	}
	var has []string
	used := false
	for _, e := range z.File {
		key := strings.TrimSuffix(e.Name, ".npy")
		has = append(has, key)
		if len(wanted) == 1 && len(z.File) == 1 {
			key = wanted[0]
		}
		if !slices.Contains(wanted, key) {
			continue
		}
		r, err := e.Open()
		if err != nil {
			return errors.WithMessagef(err, "%s: %s", path, e.Name)
		}
		in.files = append(in.files, r)
		// No compression makes an archive shorter than this.
		const ratio = 1032
		atMost := int64(min(e.UncompressedSize64, ratio*min(e.CompressedSize64, math.MaxInt64/ratio)))
		if err := in.add(key, path+": "+has[len(has)-1], r, atMost); err != nil {
			return err
		}
		used = true
	}
	if !used {
		return misusef("%s has no array %s, but %s", path, strings.Join(wanted, ", "), strings.Join(has, ", "))
	}
	return nil
}

// add reads the head of an array for the input of a name.
func (in *inputs) add(name, from string, r io.Reader, atMost int64) error {
	a, err := npy.NewReader(r, atMost)
	if err != nil {
		return errors.WithMessage(err, from)
	}
	i := slices.Index(in.names, name)
	if in.arrays[i].Reader != nil {
		return misusef("two arrays for the input %s: %s and %s", name, in.arrays[i].from, from)
	}
	in.arrays[i] = array{a, from}
	return nil
}

// batches are the samples, in a dict or in the inputs' order.
func (in *inputs) batches(size int, dict bool) *data.Dataset {
	return data.FromFunc(func(int) (data.Element, error) {
		list := make(data.List, len(in.arrays))
		for i, a := range in.arrays {
			var err error
			if list[i], err = a.Next(size); err == io.EOF {
				continue // for what may follow the others
			} else if err != nil {
				in.err = errors.WithMessage(err, a.from)
				return data.Element{}, in.err
			}
		}
		if list[0] == nil {
			return data.Element{}, io.EOF
		}
		if !dict {
			return data.Element{X: list}, nil
		}
		byName := map[string]*tensor.Dense{}
		for i, name := range in.names {
			byName[name] = list[i]
		}
		return data.Element{X: byName}, nil
	})
}

func (in *inputs) close() {
	for _, f := range in.files {
		_ = f.Close() // nothing was written
	}
}
