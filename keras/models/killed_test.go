//go:build unix

package models_test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// processVariable names what TestProcess does in a process of its own, and with what.
const processVariable = "GOKERAS_TEST_PROCESS"

// processes are what TestProcess can do.
var processes = map[string]func(t *testing.T, args []string){
	"fit":       fitProcess,
	"save":      saveProcess,
	"full":      fullProcess,
	"read-only": readOnlyProcess,
}

// TestProcess is for other tests, which start it.
func TestProcess(t *testing.T) {
	args := strings.Split(os.Getenv(processVariable), ",")
	run, ok := processes[args[0]]
	if !ok {
		t.Skip("not by itself")
	}
	run(t, args[1:])
}

// ready is what a process writes when it may be killed.
const ready = "ready"

// start runs this program again, and kills it some time after it is ready; 0: never. It gives
// the last line that it wrote, how long it ran from then on, and whether it came to its end.
func start(t *testing.T, kill time.Duration, args ...string) (last string, ran time.Duration, ended bool) {
	t.Helper()
	if testing.Short() { // an emulated processor, for one, cannot start a program of its own
		t.Skip("no processes in short tests")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestProcess$")
	cmd.Env = append(os.Environ(), processVariable+"="+strings.Join(args, ","))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	began := time.Now()
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said = append(said, lines.Text())
		if lines.Text() == ready {
			began = time.Now()
			if kill > 0 {
				defer time.AfterFunc(kill, func() { _ = cmd.Process.Kill() }).Stop()
			}
		}
	}
	ran = time.Since(began)
	err = cmd.Wait()
	if cmd.ProcessState.Exited() {
		require.NoError(t, err, "%s", strings.Join(said, "\n"))
		require.Greater(t, len(said), 1)
		return said[len(said)-2], ran, true // before PASS
	}
	return "", ran, false
}

// rounds is a number of repetitions, for the time that there is.
func rounds(short, long int) int {
	if os.Getenv("GOKERAS_FULL") == "1" {
		return long
	}
	return short
}

// fitProcess trains with a backup in a directory and writes a sum of what comes out.
func fitProcess(t *testing.T, args []string) {
	dir, how := args[0], args[1]
	keras.SetRandomSeed(11)
	in := input("", 16)
	x := layers.Dense(64).Activation("relu").Apply(in)
	x = layers.BatchNormalization().Apply(x)
	m := build(in, layers.Dense(1).Apply(x), "")
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.Adam().UseEMA(true), Loss: losses.Named("mse")}))
	backup := callbacks.BackupAndRestore(dir)
	cfg := models.FitConfig{BatchSize: 16, Epochs: 6, Verbose: models.Silent, Callbacks: []callbacks.Callback{backup,
		callbacks.Lambda(callbacks.LambdaSpec{OnTrainBegin: func(*callbacks.Run, callbacks.Logs) error { fmt.Println(ready); return nil }})}}
	xs, ys := any(cosine(100, 16)), any(cosine(100, 1))
	switch how {
	case "each batch":
		backup.SaveFreq(1)
	case "two batches, two copies":
		backup.SaveFreq(2).DoubleCheckpoint(true)
	case "a dataset":
		backup.SaveFreq(3)
		xs, ys = data.FromTensorSlices(xs, ys).Shuffle(100).Batch(16), nil
		cfg.BatchSize = 0
	}
	_, err := m.Fit(xs, ys, cfg)
	require.NoError(t, err)
	sum := sha256.New()
	for _, v := range append(m.Weights(), m.Optimizer().Variables()...) {
		fmt.Fprintln(sum, v.Value().Data())
	}
	fmt.Printf("%x\n", sum.Sum(nil))
}

// TestAFitThatIsKilledGoesOn: at whatever moments it is killed, it ends with the bits of one
// that was not disturbed, and leaves nothing behind.
func TestAFitThatIsKilledGoesOn(t *testing.T) {
	for _, how := range []string{"each epoch", "each batch", "two batches, two copies", "a dataset"} {
		t.Run(how, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "backup")
			want, takes, _ := start(t, 0, "fit", dir, how)
			for range rounds(2, 25) {
				kills := 0
				for got := ""; got != want; kills++ {
					require.Less(t, kills, 100, "it does not come to an end")
					wait := 1 + rand.N(takes+time.Duration(kills)*takes/8) // longer and longer, for a machine that is busy
					last, _, ended := start(t, wait, "fit", dir, how)
					if got = last; ended {
						require.Equal(t, want, got, "after %d kills", kills)
					}
				}
				assert.NoDirExists(t, dir)
				t.Logf("killed %d times", kills-1)
			}
		})
	}
}

// numbered is a model all of whose weights are one number.
func numbered(n float32) *models.Model {
	in := input("", 100)
	m := build(in, layers.Dense(200).Apply(layers.Dense(200).Apply(in)), "")
	var values []*tensor.Dense
	for _, w := range m.Weights() {
		v := w.Value()
		d := v.Float32s()
		for i := range d {
			d[i] = n
		}
		values = append(values, v)
	}
	if err := m.SetWeights(values); err != nil {
		panic(err)
	}
	return m
}

// saveProcess saves numbered models one after the other for as long as it lives.
func saveProcess(t *testing.T, args []string) {
	fmt.Println(ready)
	for n := 1; ; n++ {
		require.NoError(t, numbered(float32(n)).Save(args[0]))
	}
}

// TestSavesThatAreKilled: what is there is always a complete file; a killed program leaves at most one beside it.
func TestSavesThatAreKilled(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.keras")
	began := time.Now()
	require.NoError(t, numbered(0).Save(path))
	takes := time.Since(began)
	seen := map[float32]bool{}
	for round := range rounds(10, 200) {
		_, _, ended := start(t, 1+rand.N(5*takes), "save", path)
		require.False(t, ended)
		m, err := models.Load(path)
		require.NoError(t, err)
		n := m.GetWeights()[0].Float32s()[0]
		require.Equal(t, numbered(n).GetWeights(), m.GetWeights())
		seen[n] = true
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.LessOrEqual(t, len(files), 1+round+1, "a killed program leaves one file at most")
	}
	assert.Greater(t, len(seen), 1, "some saves were complete")
}

// refused saves a model in every way where that must fail.
func refused(t *testing.T, dir string, want error) {
	m := compileMSE(t, numbered(2))
	path := filepath.Join(dir, "m.keras")
	require.ErrorIs(t, m.Save(path), want)
	require.ErrorIs(t, m.SaveWeights(filepath.Join(dir, "m.weights.h5")), want)
	x, y := cosine(2, 100), cosine(2, 200)
	for _, cb := range []callbacks.Callback{callbacks.ModelCheckpoint(path), callbacks.BackupAndRestore(dir)} {
		history, err := m.Fit(x, y, models.FitConfig{Epochs: 2, Verbose: models.Silent, Callbacks: []callbacks.Callback{cb}})
		require.ErrorIs(t, err, want)
		assert.Empty(t, history.Epoch, "the first save ends it")
	}
	fmt.Println(ready)
}

// fullProcess may write no more than half of the file.
func fullProcess(t *testing.T, args []string) {
	signal.Ignore(syscall.SIGXFSZ)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100_000, Max: 100_000}))
	refused(t, args[0], syscall.EFBIG)
}

// readOnlyProcess has no right to write, not even as root.
func readOnlyProcess(t *testing.T, args []string) {
	if os.Geteuid() == 0 {
		const nobody = 65534
		require.NoError(t, syscall.Setgid(nobody))
		require.NoError(t, syscall.Setuid(nobody))
	}
	refused(t, args[0], fs.ErrPermission)
}

// TestSavesThatAreRefused: where there is no space or no right to write, an error; the old file stays, and nothing else.
func TestSavesThatAreRefused(t *testing.T) {
	for how, mode := range map[string]fs.FileMode{"full": 0o777, "read-only": 0o555} {
		dir := t.TempDir()
		require.NoError(t, numbered(1).Save(filepath.Join(dir, "m.keras")))
		require.NoError(t, os.Chmod(dir, mode))
		start(t, 0, how, dir)
		require.NoError(t, os.Chmod(dir, 0o777))
		m, err := models.Load(filepath.Join(dir, "m.keras"))
		require.NoError(t, err)
		assert.Equal(t, numbered(1).GetWeights(), m.GetWeights(), how)
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Len(t, files, 1, how)
	}
}
