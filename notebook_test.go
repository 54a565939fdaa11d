package gokeras_test

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Notebook interpreters import the public packages, and make values of all that these
// export. They know neither type parameters nor iterators, make a type of their own for
// every interface, and cannot name what is internal.
func TestNotebooksCanImportEverything(t *testing.T) {
	packages := publicPackages(t)
	require.Greater(t, len(packages), 15)
	checker := &notebooks{}
	checker.checkAll(packages)
	for _, fault := range checker.faults {
		t.Error(fault)
	}
}

// publicPackages are the packages that users import, as the compiler exports them.
func publicPackages(t *testing.T) []*types.Package {
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.Export}} {{.Name}} {{.ImportPath}}", "./...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	require.NoError(t, err, "go list")
	files := map[string]string{}
	var public []string
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		fields := strings.SplitN(lines.Text(), " ", 3)
		file, name, path := fields[0], fields[1], fields[2]
		files[path] = file
		if local, ok := strings.CutPrefix(path, module+"/"); ok && name != "main" && file != "" && !isInternal(local) { // "": tests alone
			public = append(public, path)
		}
	}
	from := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
	var packages []*types.Package
	for _, path := range public {
		p, err := from.Import(path)
		require.NoError(t, err, path)
		packages = append(packages, p)
	}
	return packages
}

func isInternal(path string) bool { return slices.Contains(strings.Split(path, "/"), "internal") }

// notebooks collects what an interpreter could not import.
type notebooks struct{ faults []string }

func (n *notebooks) faultf(o types.Object, format string, args ...any) {
	n.faults = append(n.faults, fmt.Sprintf("%s.%s: ", o.Pkg().Path(), o.Name())+fmt.Sprintf(format, args...))
}

func (n *notebooks) checkAll(packages []*types.Package) {
	owners := map[string]*types.Package{}
	for _, p := range packages {
		for _, name := range n.check(p) {
			if other := owners[name]; other != nil {
				n.faultf(p.Scope().Lookup(name), "no cell can import the interface beside that of the same name in %s: rename one, or move it to keras", other.Path())
			}
			owners[name] = p
		}
	}
}

// check looks at all that a package exports, and returns the names of its interfaces.
func (n *notebooks) check(p *types.Package) (interfaces []string) {
	exported := 0
	for _, name := range p.Scope().Names() {
		o := p.Scope().Lookup(name)
		if !o.Exported() {
			continue
		}
		exported++
		named, isType := o.(*types.TypeName)
		if !isType {
			n.visit(o, "it", o.Type())
			continue
		}
		if generic, ok := named.Type().(interface{ TypeParams() *types.TypeParamList }); ok && generic.TypeParams().Len() > 0 {
			n.faultf(o, "has type parameters: export a type for each case, or an interface")
			continue
		}
		if types.IsInterface(named.Type()) {
			interfaces = append(interfaces, name)
		}
		n.visitType(o, named)
	}
	if exported == 0 {
		n.faults = append(n.faults, p.Path()+": exports nothing that a cell could use: move it below internal")
	}
	return interfaces
}

// visitType looks at what users of a type see: methods, those of interfaces, and fields.
func (n *notebooks) visitType(o types.Object, name *types.TypeName) {
	switch u := name.Type().Underlying().(type) {
	case *types.Interface:
		for m := range u.Methods() {
			if !m.Exported() {
				n.faultf(o, "the method %s is not exported, so that no type of a cell can be one: export it, or make it an optional interface", m.Name())
			}
			n.visit(o, "its method "+m.Name(), m.Type())
		}
		return
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() && !f.Embedded() {
				n.visit(o, "its field "+f.Name(), f.Type())
			}
		}
	default:
		if !name.IsAlias() {
			n.visit(o, "it", u)
		}
	}
	if name.IsAlias() {
		n.visit(o, "it", name.Type())
		return
	}
	methods := types.NewMethodSet(types.NewPointer(name.Type()))
	for m := range methods.Methods() {
		if m.Obj().Exported() {
			n.visit(o, "its method "+m.Obj().Name(), m.Type())
		}
	}
}

// visit looks through a type for what a cell cannot have.
func (n *notebooks) visit(o types.Object, where string, t types.Type) {
	switch x := t.(type) {
	case *types.Named:
		switch {
		case x.TypeArgs().Len() > 0:
			n.faultf(o, "%s mentions %s, which is generic: use an interface, a slice or a callback", where, x)
		case x.Obj().Pkg() != nil && isInternal(x.Obj().Pkg().Path()) && strings.HasPrefix(x.Obj().Pkg().Path(), module):
			n.faultf(o, "%s mentions %s, which is internal: use a type that users can name", where, x)
		}
	case *types.Alias:
		n.visit(o, where, x.Rhs())
	case *types.Signature:
		if x.TypeParams().Len() > 0 {
			n.faultf(o, "%s has type parameters: use an interface, a slice or a callback", where)
			return
		}
		if isIterator(x) {
			n.faultf(o, "%s is an iterator: use a slice or a callback", where)
		}
		for _, list := range []*types.Tuple{x.Params(), x.Results()} {
			for v := range list.Variables() {
				n.visit(o, where, v.Type())
			}
		}
	case *types.Pointer:
		n.visit(o, where, x.Elem())
	case *types.Slice:
		n.visit(o, where, x.Elem())
	case *types.Array:
		n.visit(o, where, x.Elem())
	case *types.Chan:
		n.visit(o, where, x.Elem())
	case *types.Map:
		n.visit(o, where, x.Key())
		n.visit(o, where, x.Elem())
	case *types.Struct:
		for f := range x.Fields() {
			if f.Exported() {
				n.visit(o, where, f.Type())
			}
		}
	case *types.Interface:
		for m := range x.Methods() {
			n.visit(o, where, m.Type())
		}
	}
}

// isIterator reports whether range takes functions of the signature: func(yield func(…) bool).
func isIterator(s *types.Signature) bool {
	if s.Params().Len() != 1 || s.Results().Len() != 0 {
		return false
	}
	yield, ok := s.Params().At(0).Type().Underlying().(*types.Signature)
	return ok && yield.Results().Len() == 1 && types.Identical(yield.Results().At(0).Type(), types.Typ[types.Bool])
}

// The check finds what it is for, and nothing else.
func TestWhatNotebooksCannotImport(t *testing.T) {
	load := func(path, text string, known ...*types.Package) *types.Package {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path+".go", text, 0)
		require.NoError(t, err)
		config := types.Config{Importer: importerOf(known)}
		p, err := config.Check(module+"/"+path, fset, []*ast.File{file}, nil)
		require.NoError(t, err)
		return p
	}
	inside := load("internal/inside", `package inside
		type Seq[V any] func(yield func(V) bool)
		type Hidden struct{}`)
	for _, c := range []struct{ reason, text, want string }{
		{"an ordinary package", `
			type T struct { F []map[string]func(any) error; inside.Hidden; hidden inside.Hidden }
			type Alias = func(...T) *T
			type I interface { M(I) (T, error) }
			type base[Self any] struct{ self *Self }
			func (b *base[Self]) Chained() *Self { return b.self }
			type Layer struct { base[Layer] }
			const C = 1
			var V chan [2]I
			func F(t T, list ...I) (Alias, error) { return nil, nil }
			func hidden(inside.Hidden) {}`, ""},
		{"a generic function", "func F[T any]() {}", "F: it has type parameters"},
		{"a generic type", "type T[E any] struct{}", "T: has type parameters"},
		{"an instance of a generic type", "func F() inside.Seq[int] { return nil }", "F: it mentions github.com/gokeras/gokeras/internal/inside.Seq[int], which is generic"},
		{"an iterator", "type T struct{}; func (T) All() func(yield func(int, string) bool) { return nil }", "T: its method All is an iterator"},
		{"an iterator without values", "var V func(func() bool)", "V: it is an iterator"},
		{"an interface that others cannot implement", "type I interface{ hidden() }", "I: the method hidden is not exported"},
		{"one that embeds such a one", "type hidden interface{ h() }; type I interface{ hidden }", "I: the method h is not exported"},
		{"an internal argument", "func F(map[string]*inside.Hidden) {}", "F: it mentions github.com/gokeras/gokeras/internal/inside.Hidden, which is internal"},
		{"an internal type in an interface", "type I interface{ M([]inside.Hidden) }", "I: its method M mentions"},
		{"an internal field", "type T struct{ F func() inside.Hidden }", "T: its field F mentions"},
		{"an internal result of a promoted method", "type base struct{}; func (base) M() inside.Hidden { return inside.Hidden{} }; type T struct{ base }", "T: its method M mentions"},
		{"another name for what is internal", "type T = inside.Hidden", "T: it mentions"},
		{"a type made of what is internal", "type T []inside.Hidden", "T: it mentions"},
		{"nothing", "func hidden() {}", "exports nothing"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			checker := &notebooks{}
			checker.check(load("p", "package p; import \"github.com/gokeras/gokeras/internal/inside\"; var _ inside.Hidden\n"+c.text, inside))
			if c.want == "" {
				assert.Empty(t, checker.faults)
			} else if assert.Len(t, checker.faults, 1) {
				assert.Contains(t, checker.faults[0], c.want)
			}
		})
	}
	checker := &notebooks{}
	checker.checkAll([]*types.Package{load("a", "package a; type I interface{}; type J interface{}"), load("b", "package b; type i interface{ M() }; type I = i; type K interface{}")})
	assert.Equal(t, []string{"github.com/gokeras/gokeras/b.I: no cell can import the interface beside that of the same name in " +
		"github.com/gokeras/gokeras/a: rename one, or move it to keras"}, checker.faults)
}

// importerOf imports packages that are at hand.
type importerOf []*types.Package

func (known importerOf) Import(path string) (*types.Package, error) {
	i := slices.IndexFunc(known, func(p *types.Package) bool { return p.Path() == path })
	if i < 0 {
		return nil, fmt.Errorf("%s is not known", path)
	}
	return known[i], nil
}
