// Command _generate writes gemm_amd64.s, the tile kernels of AVX2 and AVX-512, and
// gemm_amd64.go, their declarations and tables. It runs in its own folder, by
//
//	go generate ./internal/kernels
//
// and go test -C internal/kernels/_generate -count=1 fails if that was forgotten.
//
// The contract of the kernels, and the layout of their arguments, is tileArgs in
// gemm_tile.go.
package main

import (
	"bytes"
	_ "embed"
	"go/ast"
	"go/constant"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"log"
	"os"
	"text/template"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

const (
	contractFile = "../gemm_tile.go"
	assemblyFile = "../gemm_amd64.s"
	declareFile  = "../gemm_amd64.go"
)

//go:embed declarations.tmpl
var declarations string

// isa is one family of kernels.
type isa struct {
	Name    string
	Lanes   int
	Heights []int // highest tile, by the number of vectors
	// Channels has not the products of matrices but those of one channel each.
	Channels bool
	avx512   bool
}

// Heights are what the registers hold: height*vectors sums, as many registers of B
// as there are vectors, and one of A. AVX2 needs one more for a mask. Two registers of
// the general ones are left by 12 rows, of those that keep the steps by 10.
var isas = []isa{
	{Name: "avx512", Lanes: 16, Heights: []int{0, 12, 12, 9, 2, 1, 1}, avx512: true},
	{Name: "avx2", Lanes: 8, Heights: []int{0, 10, 6, 3, 2, 1, 1}},
	{Name: "avx512Channel", Lanes: 16, Heights: []int{0, 6, 6}, Channels: true, avx512: true},
	{Name: "avx2Channel", Lanes: 8, Heights: []int{0, 6, 6}, Channels: true},
}

func main() {
	log.SetFlags(0)
	for name, text := range generate() {
		check(os.WriteFile(name, text, 0o644))
	}
}

// generate returns the files by name.
func generate() map[string][]byte {
	contract, err := loadContract()
	check(err)
	g := &generator{Context: build.NewContext(), contract: contract}
	g.ConstraintExpr("amd64")
	g.columnMasks()
	for _, set := range isas {
		for vectors := 1; vectors < len(set.Heights); vectors++ {
			for height := 1; height <= set.Heights[vectors]; height++ {
				g.tile(set, height, vectors)
			}
		}
		if !set.Channels {
			g.peak(set)
		}
	}
	g.transpose()
	g.copyBlocks()
	file, err := g.Result()
	check(err)
	check(pass.Compile.Execute(file))
	assembly, err := printer.NewGoAsm(printer.Config{Argv: []string{"go", "generate"}, Pkg: contract.Name()}).Print(file)
	check(err)
	var text bytes.Buffer
	check(template.Must(template.New("").Funcs(template.FuncMap{"upTo": upTo}).Parse(declarations)).Execute(&text, isas))
	declared, err := format.Source(text.Bytes())
	check(err)
	return map[string][]byte{assemblyFile: assembly, declareFile: declared}
}

var layout = types.SizesFor("gc", "amd64")

// loadContract returns the types of gemm_tile.go.
func loadContract() (*types.Package, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, contractFile, nil, 0)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: importer.Default(), Sizes: layout}
	return config.Check(file.Name.Name, files, []*ast.File{file}, nil)
}

// constant returns an integer constant of gemm_tile.go.
func (g *generator) constant(name string) int {
	value, ok := constant.Int64Val(g.contract.Scope().Lookup(name).(*types.Const).Val())
	if !ok {
		log.Fatalf("%s: %s is no integer", contractFile, name)
	}
	return int(value)
}

// sizeOf returns the size of a type of gemm_tile.go.
func (g *generator) sizeOf(name string) int {
	return int(layout.Sizeof(g.contract.Scope().Lookup(name).Type()))
}

// upTo returns 1, 2, …, n.
func upTo(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i + 1
	}
	return s
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
