// Command gokeras shows, draws, runs and converts models in Keras's files.
//
//	gokeras summary model.keras
//	gokeras plot model.keras -o model.svg
//	gokeras predict model.keras -x images.npy -o predictions.npy
//	gokeras inspect model.keras
//	gokeras convert model.h5 model.keras
//
// It ends with status 0, with 1 if it could not do what was asked, and with 2 if that was not clear.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

type commands struct {
	Summary summaryCommand `cmd:"" help:"Print the table of a model: its layers, their output shapes and weights."`
	Plot    plotCommand    `cmd:"" help:"Draw the layers of a model and how they are connected."`
	Predict predictCommand `cmd:"" help:"Compute what a model makes of data."`
	Inspect inspectCommand `cmd:"" help:"Show what a file holds: version, model, and the tree of weights."`
	Convert convertCommand `cmd:"" help:"Write a model to a file of another format."`

	Version kong.VersionFlag `help:"Print the version, and that of Keras."`
}

// run is the command. It gives the status of the process.
func run(args []string, stdout, stderr io.Writer) int {
	const failed, misused = 1, 2
	complain := func(err error) { fmt.Fprintf(stderr, "gokeras: %s\n", err) }
	keras.SetWarnings(func(text string) { fmt.Fprintf(stderr, "gokeras: warning: %s\n", text) })
	defer keras.SetWarnings(nil)

	var c commands
	done := false // --help and --version were answered
	parser, err := kong.New(&c,
		kong.Name("gokeras"),
		kong.Description("Shows, draws, runs and converts models in Keras's files: .keras, .weights.h5 and the older .h5."),
		kong.Vars{"version": version()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { done = true }),
		kong.BindTo(stdout, (*io.Writer)(nil)))
	if err != nil {
		complain(err)
		return failed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if done {
		return 0
	}
	if err == nil {
		err = ctx.Run()
	} else {
		err = misuse{err}
	}
	if err == nil {
		return 0
	}
	complain(err)
	if !errors.As(err, new(misuse)) {
		return failed
	}
	if p := (*kong.ParseError)(nil); errors.As(err, &p) {
		ctx = p.Context
	}
	command := ctx.Model.Name
	if node := ctx.Selected(); node != nil {
		command = node.FullPath()
	}
	fmt.Fprintf(stderr, "Try: %s --help\n", command)
	return misused
}

// misuse is an error in what was asked for, not in the files.
type misuse struct{ error }

func misusef(format string, args ...any) error { return misuse{fmt.Errorf(format, args...)} }

func (m misuse) Unwrap() error { return m.error }

func version() string {
	own := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		own = info.Main.Version
	}
	_, set := kernels.Sets()
	return fmt.Sprintf("gokeras %s (Keras %s, %s %s/%s, kernels %s)", own, keras.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, set)
}
