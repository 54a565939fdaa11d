//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/gokeras/gokeras/internal/kernels"
)

// machine is where and when the figures were taken.
type machine struct {
	Processor, Kernels, System, Go, Commit, Date string
}

// describe describes this machine. What cannot be found out is left empty.
func describe() machine {
	processor := setting("/proc/cpuinfo", "model name", ":")
	sets, used := kernels.Sets()
	commit, _ := exec.Command("git", "describe", "--always", "--dirty").Output()
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return machine{
		Processor: fmt.Sprintf("%s, %d cores, %d used (GOMAXPROCS)", processor, runtime.NumCPU(), runtime.GOMAXPROCS(0)),
		Kernels:   fmt.Sprintf("%s, of %s", used, strings.Join(sets, ", ")),
		System:    fmt.Sprintf("%s, Linux %s", strings.Trim(setting("/etc/os-release", "PRETTY_NAME", "="), `"`), strings.TrimSpace(string(release))),
		Go:        strings.TrimPrefix(runtime.Version(), "go") + " " + runtime.GOARCH,
		Commit:    strings.TrimSpace(string(commit)),
		Date:      time.Now().Format(time.DateOnly),
	}
}

// setting is the value of the first line of a file that begins with a key.
func setting(file, key, separator string) string {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if k, value, ok := strings.Cut(line, separator); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
