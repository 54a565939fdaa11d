package main

import (
	"archive/zip"
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/npy"
	"github.com/gokeras/gokeras/keras"
)

// predictions are what a model gave.
type predictions struct {
	names []string
	outs  []*tensor.Dense
}

// npy writes the only output.
func (p predictions) npy(w io.Writer) error { return npy.Write(w, p.outs[0]) }

// npz writes an array for each output, as numpy.savez does.
func (p predictions) npz(w io.Writer) error {
	z := zip.NewWriter(w)
	for i, name := range p.names {
		e, err := z.CreateHeader(&zip.FileHeader{Name: strings.NewReplacer("/", "_", `\`, "_").Replace(name) + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := npy.Write(e, p.outs[i]); err != nil {
			return err
		}
	}
	return z.Close()
}

// json writes an object of nested lists, a line for each sample. What is no finite number is null.
func (p predictions) json(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "{")
	for i, t := range p.outs {
		name, err := json.Marshal(p.names[i])
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "%s\n%s: [", comma(i), name)
		rows := reflect.ValueOf(t.Data())
		row := rows.Len() / t.Shape()[0]
		for k := range t.Shape()[0] {
			fmt.Fprintf(b, "%s\n%s", comma(k), nested(nil, rows.Slice(k*row, (k+1)*row), t.Shape()[1:]))
		}
		fmt.Fprint(b, "\n]")
	}
	fmt.Fprint(b, "\n}\n")
	return b.Flush()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// nested appends elements of a shape as lists.
func nested(b []byte, elements reflect.Value, shape []int) []byte {
	if len(shape) == 0 {
		return number(b, elements.Index(0))
	}
	b = append(b, '[')
	row := elements.Len() / shape[0]
	for i := range shape[0] {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = nested(b, elements.Slice(i*row, (i+1)*row), shape[1:])
	}
	return append(b, ']')
}

// number appends a number with the digits that tell it from others of its type.
func number(b []byte, v reflect.Value) []byte {
	if !v.CanFloat() {
		return fmt.Append(b, v)
	}
	if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, v.Float(), 'g', -1, v.Type().Bits())
}

// print shows the first elements of the first samples.
func (p predictions) print(w io.Writer) error {
	const samples, elements = 20, 12
	for i, t := range p.outs {
		n := t.Shape()[0]
		if _, err := fmt.Fprintf(w, "%s %s %s\n", p.names[i], keras.Shape(t.Shape()), t.Dtype()); err != nil {
			return err
		}
		all := reflect.ValueOf(t.Data())
		row := all.Len() / n
		for k := range min(n, samples) {
			for j := range min(row, elements) {
				if v := all.Index(k*row + j); v.CanFloat() {
					fmt.Fprintf(w, " %11.6g", v.Float())
				} else {
					fmt.Fprintf(w, " %11v", v)
				}
			}
			if row > elements {
				fmt.Fprint(w, " …")
			}
			fmt.Fprintln(w)
		}
		if n > samples {
			fmt.Fprintf(w, " … %d samples more: --output or --json gives all\n", n-samples)
		}
	}
	return nil
}
