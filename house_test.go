// Package gokeras_test holds the rules of the house as tests, and the README's
// program as an example.
package gokeras_test

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/gokeras/gokeras"

// Libraries whose use is restricted to some rooms.
const (
	graphs = "gorgonia.org/gorgonia"
	arrays = "gorgonia.org/tensor"
)

// rooms is the house: for each package, from the cellar up, what it may import of
// this module and of Gorgonia. Tests may import more.
var rooms = []struct {
	path    string
	imports []string
}{
	// Loops and texts: slices in, slices out.
	{"internal/kernels", nil},
	{"internal/console", nil},
	{"internal/hdf5", nil},
	{"internal/layout", nil},
	{"internal/atomicfile", nil},
	{"internal/npy", []string{arrays}},

	// The vocabulary, and what numeric Ops are made of.
	{"internal/op", []string{graphs, arrays, "internal/kernels"}},
	{"keras", []string{graphs, arrays, "internal/kernels", "internal/op"}},
	{"keras/activations", []string{graphs}},

	// Mathematics on nodes, and what runs it.
	{"keras/ops", []string{graphs, arrays, "keras", "keras/activations", "internal/kernels", "internal/op"}},
	{"internal/engine", []string{graphs, arrays, "keras", "internal/kernels", "internal/op"}},
	{"internal/score", []string{arrays, "keras", "internal/kernels"}},
	{"internal/kerasfile", []string{arrays, "keras", "keras/activations", "internal/hdf5"}},

	// The furniture of a layer.
	{"keras/initializers", []string{arrays, "keras", "internal/kernels"}},
	{"keras/regularizers", []string{graphs, arrays, "keras", "keras/ops", "internal/kernels", "internal/op"}},
	{"keras/constraints", []string{arrays, "keras", "internal/kernels"}},
	{"keras/layers", []string{graphs, arrays, "keras", "keras/activations", "keras/ops", "keras/symbolic",
		"keras/initializers", "keras/regularizers", "keras/constraints", "keras/data", // to adapt to
		"internal/engine", "internal/kernels"}}, // of the kernels their shape rules

	{"keras/symbolic", []string{graphs, arrays, "keras", "keras/activations", "keras/ops", "internal/kernels"}},

	// Training.
	{"keras/data", []string{arrays, "keras", "internal/atomicfile", "internal/kernels", "internal/npy"}},
	{"keras/losses", []string{graphs, arrays, "keras", "keras/activations", "keras/ops",
		"internal/engine", "internal/kernels", "internal/op", "internal/score"}},
	{"keras/metrics", []string{graphs, arrays, "keras", "keras/activations", "keras/ops", "keras/losses",
		"internal/engine", "internal/kernels", "internal/op", "internal/score"}},
	{"keras/optimizers", []string{graphs, arrays, "keras", "internal/kernels"}},
	{"keras/callbacks", []string{arrays, "keras", "keras/optimizers", "internal/atomicfile", "internal/console"}},
	{"keras/models", []string{graphs, arrays, "keras", "keras/callbacks", "keras/data", "keras/losses", "keras/metrics", "keras/ops",
		"keras/optimizers", "keras/layers", "keras/symbolic", "keras/initializers", "keras/regularizers", "keras/constraints", // for FromJSON
		"internal/atomicfile", "internal/console", "internal/engine", "internal/kerasfile", "internal/kernels", "internal/op", "internal/score"}},

	// For tests.
	{"internal/race", nil},
	{"internal/interop", []string{graphs, arrays, "keras", "keras/data", "keras/initializers", "keras/models", "keras/ops", "internal/kernels"}},
	{"internal/layertest", []string{graphs, arrays, "keras", "keras/data", "keras/models", "keras/ops",
		"internal/engine", "internal/interop", "internal/kernels", "internal/op"}},

	// Pictures: apart, so that programs without them need no fonts.
	{"keras/plot", []string{arrays, "keras", "keras/callbacks", "keras/models",
		"internal/console", "internal/kernels", "internal/layout", "internal/score"}}, // of kernels and score how metrics read predictions

	// What users import, run and copy.
	{"datasets", []string{arrays, "keras/data", "internal/atomicfile", "internal/npy"}},
	{"applications", []string{arrays, "keras", "keras/activations", "keras/data", "keras/layers", "keras/models"}},
}

// programs may import everything that users can.
var programs = []string{"bench/", "examples/", "cmd/"}

// Where a panic is the way to report a mistake, and why.
var panics = []struct {
	path      string
	functions []string // none: all; "T." is all methods of T
	reason    string
}{
	{"internal/kernels", nil, "a kernel's contract is checked by its caller"},
	{"internal/op", nil, "Ops are applied while a layer is traced, which recovers"},
	{"internal/engine", []string{"Scalar", "copyRows", "addAll"}, "a value of another type is a defect of this module, or an Op recovers"},
	{"internal/score", []string{"Plain"}, "one element always fits a shape of one"},
	{"internal/interop", nil, "what a test hands in is wrong"},
	{"internal/layertest", nil, "a fixture that cannot be read ends its test"},
	{"keras", []string{"Trace."}, "runs inside a layer's Call, which recovers"},
	{"keras/ops", nil, "runs inside a layer's Call, which recovers"},
	{"keras/symbolic", nil, "an operation is computed while a model is traced, which recovers"},
	{"keras/regularizers", nil, "a Penalty is drawn while a model is traced, which recovers"},
	{"keras/metrics", []string{"Clone"}, "reads a config that the metric wrote"},
	{"keras/data", []string{"throw"}, "reports for functions made to run inside a Dataset's Map, which recovers"},
}

// source is one Go file.
type source struct {
	dir  string // slash-separated; "." is the root
	name string
	text []byte
	file *ast.File
}

func (s *source) path() string { return path.Join(s.dir, s.name) }
func (s *source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// isPublic reports whether the file is of a package that users import.
func (s *source) isPublic() bool {
	return !s.isTest() && s.file.Name.Name != "main" && !slices.Contains(strings.Split(s.dir, "/"), "internal")
}

// at is where a node is, for failures.
func (h *house) at(n ast.Node) string {
	p := h.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// house is all files of the repository.
type house struct {
	fset  *token.FileSet
	goes  []*source
	texts map[string][]byte // every text file, by path
}

// enter reads the repository. Folders that git ignores, other modules and hidden
// folders except .ci are not part of it.
func enter(t *testing.T) *house {
	h := &house{fset: token.NewFileSet(), texts: map[string][]byte{}}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() {
			if hidden := strings.HasPrefix(d.Name(), ".") && name != "."; hidden && d.Name() != ".ci" || d.Name() == "__pycache__" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil || !utf8.Valid(text) {
			return err
		}
		h.texts[name] = text
		if path.Ext(name) != ".go" || h.isElsewhere(name) {
			return nil
		}
		file, err := parser.ParseFile(h.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		h.goes = append(h.goes, &source{path.Dir(name), path.Base(name), text, file})
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, h.goes)
	return h
}

// isElsewhere reports whether go ignores the folder of a file, or it is of another module.
func (h *house) isElsewhere(name string) bool {
	return strings.Contains(name, "/_") || strings.HasPrefix(name, "tools/") || strings.HasPrefix(name, "notebooks/")
}

func TestImportsOnlyGoDown(t *testing.T) {
	h := enter(t)
	allowed := map[string][]string{}
	for _, r := range rooms {
		allowed[r.path] = r.imports
	}
	for _, s := range h.goes {
		if s.isTest() || isProgram(s.dir) {
			continue
		}
		room, ok := allowed[s.dir]
		if !ok {
			t.Errorf("%s: the package %s has no row in rooms (house_test.go): add one, in the storey where it belongs, with the least it needs", s.path(), s.dir)
			continue
		}
		for _, spec := range s.file.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			local := strings.TrimPrefix(target, module+"/")
			if restricted := local != target || target == graphs || target == arrays; !restricted || slices.Contains(room, local) {
				continue
			}
			t.Errorf("%s: %s must not import %s: move what is needed down into a package that it may import (%s), or hand it in through an interface",
				h.at(spec), s.dir, local, cmp.Or(strings.Join(room, ", "), "none"))
		}
	}
}

func isProgram(dir string) bool {
	return slices.ContainsFunc(programs, func(p string) bool { return strings.HasPrefix(dir+"/", p) })
}

// A table in which rooms lead in a circle would not go down.
func TestRoomsHaveNoCycles(t *testing.T) {
	imports := map[string][]string{}
	for _, r := range rooms {
		imports[r.path] = r.imports
	}
	state := map[string]int{} // 1 on the way, 2 done
	var walk func(room string, way []string)
	walk = func(room string, way []string) {
		if state[room] == 1 {
			t.Fatalf("rooms may import each other in a circle: %s", strings.Join(append(way, room), " → "))
		}
		if state[room] == 0 {
			state[room] = 1
			for _, next := range imports[room] {
				walk(next, append(way, room))
			}
			state[room] = 2
		}
	}
	for _, r := range rooms {
		walk(r.path, nil)
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	h := enter(t)
	for _, s := range h.goes {
		if !s.isPublic() {
			continue
		}
		missing := func(n ast.Node, name string) {
			t.Errorf("%s: %s has no comment: say what it is; for a layer or function also shapes, defaults and errors", h.at(n), name)
		}
		for _, decl := range s.file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Doc == nil && d.Name.IsExported() && receiverIsVisible(d) {
					missing(d, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch x := spec.(type) {
					case *ast.TypeSpec:
						if x.Name.IsExported() && d.Doc == nil && x.Doc == nil {
							missing(x, x.Name.Name)
						}
					case *ast.ValueSpec:
						for _, n := range x.Names {
							if n.IsExported() && d.Doc == nil && x.Doc == nil && x.Comment == nil {
								missing(n, n.Name)
							}
						}
					}
				}
			}
		}
	}
}

// receiverIsVisible reports whether a method is one that go doc shows: of an exported
// type, or of base, which every layer embeds.
func receiverIsVisible(d *ast.FuncDecl) bool {
	name := receiver(d)
	return name == "" || ast.IsExported(name) || name == "base"
}

// receiver is the name of a method's type, empty for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	x := d.Recv.List[0].Type
	for {
		switch y := x.(type) {
		case *ast.StarExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.IndexListExpr:
			x = y.X
		case *ast.Ident:
			return y.Name
		default:
			return ""
		}
	}
}

func TestPackagesAreDocumented(t *testing.T) {
	h := enter(t)
	documented := map[string]bool{}
	for _, s := range h.goes {
		if !s.isTest() {
			documented[s.dir] = documented[s.dir] || s.file.Doc != nil
		}
	}
	for dir, ok := range documented {
		assert.True(t, ok, "%s: the package has no comment: say in one file, above its package clause, what it is for and how it is used", dir)
	}
}

func TestPanicsOnlyWhereTheyAreCaught(t *testing.T) {
	h := enter(t)
	for _, s := range h.goes {
		if s.isTest() {
			continue
		}
		for _, decl := range s.file.Decls {
			name, owner := "a declaration", ""
			if d, ok := decl.(*ast.FuncDecl); ok {
				name, owner = d.Name.Name, receiver(d)
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "panic" && !mayPanic(s.dir, owner, name) {
					t.Errorf("%s: panic in %s: return an error; keep it in the tensor, model or Dataset where a chain has no place for one. "+
						"If the panic is caught before it reaches a user, add it to panics (house_test.go) with the reason", h.at(call), name)
				}
				return true
			})
		}
	}
}

func mayPanic(dir, owner, name string) bool {
	if strings.HasPrefix(name, "Must") {
		return true
	}
	for _, p := range panics {
		if p.path == dir && (p.functions == nil || slices.Contains(p.functions, name) || owner != "" && slices.Contains(p.functions, owner+".")) {
			return true
		}
	}
	return false
}

func TestGofmt(t *testing.T) {
	for _, s := range enter(t).goes {
		formatted, err := format.Source(s.text)
		require.NoError(t, err, s.path())
		assert.True(t, bytes.Equal(formatted, s.text), "%s is not formatted: run gofmt -w %[1]s", s.path())
	}
}

// machinePath finds paths that exist on one machine only.
var machinePath = regexp.MustCompile(`(?m)(?:^|[\s"'=(,:\x60])((?:/(?:home|root|Users|tmp|mnt|work|workspace)/|[A-Z]:\\)[\w.-]+)`)

// anybody is a home that tests may name.
const anybody = "/home/" + "me"

func TestNoFileNamesAMachine(t *testing.T) {
	for name, text := range enter(t).texts {
		for _, m := range machinePath.FindAllSubmatchIndex(text, -1) {
			if string(text[m[2]:m[3]]) == anybody {
				continue
			}
			line := 1 + bytes.Count(text[:m[2]], []byte("\n"))
			t.Errorf("%s:%d: %s exists on one machine only: name it relative to the repository, or take it from a flag or the environment", name, line, text[m[2]:m[3]])
		}
	}
}

func TestGoModHasNoReplace(t *testing.T) {
	for _, file := range []string{"go.mod", "tools/go.mod"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.NotRegexp(t, `(?m)^\s*replace\b`, string(text), "%s: users' builds ignore a replace: require a published version instead", file)
	}
}

// What README shows is what example_test.go runs, to the letter.
func TestReadmeShowsTheExample(t *testing.T) {
	h := enter(t)
	for _, s := range h.goes {
		if s.path() != "example_test.go" {
			continue
		}
		for _, decl := range s.file.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Name.Name != "Example" {
				continue
			}
			body := string(s.text[h.offset(d.Body.Lbrace)+2 : h.offset(d.Body.Rbrace)])
			body, _, _ = strings.Cut(body, "\n\t// Output:")
			body = strings.ReplaceAll("\n"+body, "\n\t", "\n")
			assert.Contains(t, string(h.texts["README.md"]), "```go"+body+"\n```", "copy the body of Example in example_test.go into README.md")
			return
		}
	}
	t.Error("example_test.go has no function Example: README's program must be one that go test runs")
}

func (h *house) offset(p token.Pos) int { return h.fset.Position(p).Offset }

// named finds files and folders of this repository that a text names in backquotes.
var named = regexp.MustCompile("`((?:applications|bench|datasets|docs|examples|internal|keras|tools|\\.ci)/[\\w./-]*|[A-Z]+\\.md)`")

func TestDocumentsNameFilesThatExist(t *testing.T) {
	texts := enter(t).texts
	for _, document := range []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"} {
		text, ok := texts[document]
		require.True(t, ok, "%s is missing", document)
		for _, m := range named.FindAllSubmatch(text, -1) {
			_, err := os.Stat(string(m[1]))
			assert.NoError(t, err, "%s names %s, which is not there: correct the text", document, m[1])
		}
	}
}
