// Command elementwise writes elementwise_amd64.s, the elementwise loops of AVX2 and
// AVX-512, and elementwise_amd64.go, their declarations and the entries of
// vectorLoops. It runs by
//
//	go generate ./internal/kernels
//
// What each loop computes is said at its field of elementLoops, in elementwise.go.
package main

import (
	"bytes"
	_ "embed"
	"go/format"
	"log"
	"os"
	"strings"
	"text/template"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

const (
	assemblyFile = "../../elementwise_amd64.s"
	declareFile  = "../../elementwise_amd64.go"
)

//go:embed declarations.tmpl
var declarations string

// isa is one family of loops.
type isa struct {
	Name   string
	Lanes  int
	avx512 bool
}

var isas = []isa{{"avx512", 16, true}, {"avx2", 8, false}}

// loop is a function that was written.
type loop struct {
	Lanes     int
	Slot      string // of elementLoops
	Name      string
	Signature string
}

// generator writes functions for one set after the other.
type generator struct {
	*build.Context
	isa
	loops     []loop
	constants constants
}

func main() {
	log.SetFlags(0)
	for name, text := range generate() {
		check(os.WriteFile(name, text, 0o644))
	}
}

// generate returns the files.
func generate() map[string][]byte {
	g := &generator{Context: build.NewContext()}
	g.ConstraintExpr("amd64")
	g.constants.index = map[uint32]int{}
	for _, g.isa = range isas {
		g.activations()
		g.binaries()
		g.binaryGradients()
		g.optimizers()
		g.reductions()
		g.pooling()
		g.dropoutMask()
		g.columnSums()
		g.normalizations()
		g.weightedSums()
		g.fromBytes()
		g.softmax()
		g.losses()
		g.recurrent()
		g.winograd()
	}
	g.writeConstants()
	file, err := g.Result()
	check(err)
	check(pass.Compile.Execute(file))
	assembly, err := printer.NewGoAsm(printer.Config{Argv: []string{"go", "generate"}, Pkg: "kernels"}).Print(file)
	check(err)
	var text bytes.Buffer
	check(template.Must(template.New("").Parse(declarations)).Execute(&text, g.loops))
	declared, err := format.Source(text.Bytes())
	check(err)
	return map[string][]byte{assemblyFile: assembly, declareFile: declared}
}

// begin starts the function of a slot: expSum, same[Add] or huber.slope.
func (g *generator) begin(slot, signature string) {
	words := strings.FieldsFunc(slot, func(r rune) bool { return r == '[' || r == ']' || r == '+' || r == '.' })
	name := g.Name
	for _, w := range words {
		name += strings.ToUpper(w[:1]) + w[1:]
	}
	g.loops = append(g.loops, loop{g.Lanes, slot, name, signature})
	g.Function(name)
	g.Attributes(attr.NOSPLIT)
	g.SignatureExpr("func" + signature)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
