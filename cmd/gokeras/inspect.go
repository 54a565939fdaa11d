package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

type inspectCommand struct {
	File string `arg:"" help:"A model or weights: .keras, .weights.h5 or .h5."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// report is what there is to say of a file.
type report struct {
	Format   string         `json:"format"`
	Bytes    int64          `json:"bytes"`
	Version  string         `json:"keras_version,omitempty"`
	Saved    string         `json:"date_saved,omitempty"`
	Class    string         `json:"class_name,omitempty"`
	Name     string         `json:"name,omitempty"`
	Compiled bool           `json:"compiled"`
	Problem  string         `json:"problem,omitempty"` // why the config cannot be used
	Weights  []storedWeight `json:"weights"`
}

type storedWeight struct {
	Path  string `json:"path"`
	Layer string `json:"layer,omitempty"` // as the file says beside it
	Shape []int  `json:"shape"`
	DType string `json:"dtype"`

	bytes int64
}

func (c *inspectCommand) Run(w io.Writer) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // nothing was written
	r, err := inspect(file)
	if err != nil {
		return errors.WithMessage(err, c.File)
	}
	if c.JSON {
		return printJSON(w, r)
	}
	return r.print(w)
}

func inspect(file io.ReadSeeker) (*report, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	f, err := kerasfile.Open(file.(io.ReaderAt), size)
	if err != nil {
		return nil, err
	}
	r := &report{Format: f.Format(), Bytes: size, Version: f.Version(), Saved: text(get(f.Metadata(), "date_saved")), Weights: []storedWeight{}}
	cfg, err := f.Config()
	if err != nil {
		r.Problem = err.Error()
	} else if cfg != nil {
		r.Class, r.Name = text(get(cfg, "class_name")), text(get(get(cfg, "config"), "name"))
		how, _ := get(cfg, "compile_config").(keras.Config)
		r.Compiled = len(how) > 0
	}
	layer := map[string]string{}
	err = f.Walk(func(path string, o hdf5.Object) error {
		group := path[:strings.LastIndexByte(path, '/')+1]
		switch o := o.(type) {
		case *hdf5.Group:
			if name, err := o.Attribute("name"); err == nil {
				layer[path+"/"] = text(name)
			}
		case *hdf5.Dataset:
			shape := o.Shape()
			r.Weights = append(r.Weights, storedWeight{path, layer[group], append([]int{}, shape...), o.Type().String(), int64(o.Len()) * int64(o.Type().Size)})
		}
		return nil
	})
	return r, err
}

// get is what an object has under a key, nil for what is no object: old configs are not all of one form.
func get(object any, key string) any {
	cfg, _ := object.(keras.Config)
	v, _ := cfg.Get(key)
	return v
}

// text is a value that is a string, or nothing.
func text(v any) string {
	s, _ := v.(string)
	return s
}

func (r *report) print(w io.Writer) error {
	line := func(key, format string, args ...any) {
		fmt.Fprintf(w, "%-8s "+format+"\n", append([]any{key}, args...)...)
	}
	line("format", "%s, %s", r.Format, bytes(r.Bytes))
	switch {
	case r.Saved != "":
		line("Keras", "%s, saved %s", r.Version, strings.Replace(r.Saved, "@", " at ", 1))
	case r.Version != "":
		line("Keras", "%s", r.Version)
	}
	model := plain(r.Class)
	if r.Name != "" {
		model += fmt.Sprintf(" %q", r.Name)
	}
	if r.Compiled {
		model += ", compiled"
	}
	switch {
	case r.Problem != "":
		line("model", "not read: %s", r.Problem)
	case model == "":
		line("model", "none, weights alone")
	default:
		line("model", "%s", model)
	}
	total := int64(0)
	for _, s := range r.Weights {
		total += s.bytes
	}
	line("weights", "%d, %s", len(r.Weights), bytes(total))
	_, err := io.WriteString(w, tree(r.Weights))
	return err
}

// bytes is a size as Keras's summary writes it.
func bytes(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	size, unit := float64(n)/1024, 0
	for ; size >= 1024; unit++ {
		size /= 1024
	}
	return fmt.Sprintf("%.2f %cB", size, "KMGTPE"[unit])
}
