// Command bindings writes what gomacro, the interpreter behind gophernotes, must know
// of packages to import them without compiling them first: one Go file a package, for
// the folder imports of gophernotes.
//
//	go run ./bindings -o ../gophernotes/imports github.com/gokeras/gokeras/keras/...
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	_ "unsafe" // for go:linkname

	"github.com/cosmos72/gomacro/base/genimport"
	"github.com/cosmos72/gomacro/base/output"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bindings: ")
	folder := flag.String("o", ".", "folder to write to")
	flag.Parse()
	if err := write(*folder, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func write(folder string, patterns []string) error {
	paths, err := list("{{.ImportPath}}", patterns...)
	if err != nil {
		return err
	}
	exported, err := list("{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}", append([]string{"-export", "-deps"}, patterns...)...)
	if err != nil {
		return err
	}
	files := map[string]string{}
	for _, line := range exported {
		path, file, _ := strings.Cut(line, "\t")
		files[path] = file
	}
	imports := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(files[path])
	})

	for _, path := range paths {
		pkg, err := imports.Import(path)
		if err != nil {
			return err
		}
		var code, warnings bytes.Buffer
		out := &output.Output{Stringer: output.Stringer{Fileset: nil}, Stdout: &warnings, Stderr: &warnings}
		if createImportFile(out, &code, path, pkg, genimport.ImBuiltin) {
			continue // exports nothing
		}
		name := "gokeras_" + strings.NewReplacer("/", "_", ".", "_").Replace(path) + ".go"
		if err := os.WriteFile(filepath.Join(folder, name), code.Bytes(), 0o644); err != nil {
			return err
		}
		if warnings.Len() > 0 {
			log.Print(warnings.String())
		}
	}
	return nil
}

// list runs go list, and returns its lines.
func list(format string, args ...string) ([]string, error) {
	command := exec.Command("go", append([]string{"list", "-f", format}, args...)...)
	command.Stderr = os.Stderr
	lines, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w", command, err)
	}
	return strings.Split(strings.TrimSpace(string(lines)), "\n"), nil
}

// Gomacro offers it as the statement import _b "path" alone, which runs go get first
// and writes into GOPATH.
//
//go:linkname createImportFile github.com/cosmos72/gomacro/base/genimport.createImportFile
func createImportFile(o *genimport.Output, code *bytes.Buffer, path string, pkg *types.Package, mode genimport.ImportMode) (empty bool)
