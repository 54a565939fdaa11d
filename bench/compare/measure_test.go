//go:build linux

package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/bench"
)

// sideVariable makes the test program a side that behaves as it says.
const sideVariable = "GOKERAS_BENCH_SIDE"

func TestMain(m *testing.M) {
	switch os.Getenv(sideVariable) {
	case "":
		os.Exit(m.Run())
	case "works":
		for i, name := range os.Args[1:] {
			fmt.Printf("{\"workload\": %q, \"ms\": %d.5}\n", name, i)
		}
	case "forgets":
		fmt.Println(`{"workload":"mlp","ms":1}`)
	case "chats":
		fmt.Println("warming up")
	case "slow":
		time.Sleep(500 * time.Millisecond)
		fmt.Println("done")
		time.Sleep(time.Millisecond)
	case "silent":
	case "fails":
		fmt.Fprintln(os.Stderr, "no module named keras")
		os.Exit(1)
	}
}

func TestMeasure(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for _, c := range []struct{ side, err string }{
		{"works", ""},
		{"forgets", "no result of mnist"},
		{"chats", `expected lines of JSON, received "warming up\n"`},
		{"fails", "no module named keras"},
	} {
		t.Run(c.side, func(t *testing.T) {
			side := command{args: []string{self}, environment: []string{sideVariable + "=" + c.side}}
			results, peak, err := side.measure([]string{"mlp", "mnist"})
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []bench.Result{{Workload: "mlp", Ms: 0.5}, {Workload: "mnist", Ms: 1.5}}, results)
			assert.Greater(t, peak, int64(1<<20), "no Go program has less than a megabyte")
		})
	}
}

func TestStart(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for _, c := range []struct{ side, err string }{
		{"chats", ""},
		{"slow", ""},
		{"fails", "no module named keras"},
		{"silent", "expected a prediction, received nothing"},
	} {
		t.Run(c.side, func(t *testing.T) {
			results, peak, err := command{[]string{self}, []string{sideVariable + "=" + c.side}}.start("start", 3)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Len(t, results, 1)
			assert.Equal(t, "start", results[0].Workload)
			assert.Equal(t, c.side == "slow", results[0].Ms > 500, "%v ms", results[0].Ms)
			assert.Greater(t, peak, int64(1<<20))
		})
	}
}

func TestChoose(t *testing.T) {
	all, err := choose(nil)
	require.NoError(t, err)
	assert.Equal(t, measurements, all)

	some, err := choose([]string{"predict", "mlp"})
	require.NoError(t, err)
	require.Len(t, some, 2)
	assert.Equal(t, "mlp", some[0].name, "in the order of the table")

	_, err = choose([]string{"mlp", "predict1"})
	assert.ErrorContains(t, err, `expected names of measurements (mnist, resnet, tickets, mlp, predict, `)
	assert.ErrorContains(t, err, `received "predict1"`)
}

func TestWithoutPython(t *testing.T) {
	err := run("nowhere/python", 1, nil)
	assert.ErrorContains(t, err, "make bench-keras prepares it")
}
