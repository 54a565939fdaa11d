package callbacks_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
)

// saver is a model that is a text: that is what it writes.
type saver struct {
	callbacks.Trainee
	text  string
	saved []string // how and where, the last time
}

func (s *saver) Save(path string) error        { return s.write("model", path) }
func (s *saver) SaveWeights(path string) error { return s.write("weights", path) }

func (s *saver) write(how, path string) error {
	s.saved = []string{how, filepath.Base(path)}
	return os.WriteFile(path, []byte(s.text), 0o666)
}

func (s *saver) restore(path string) error {
	text, err := os.ReadFile(path)
	if err == nil && string(text) == "damaged" {
		err = errors.New("damaged")
	}
	if err == nil {
		s.text = string(text)
	}
	return err
}

// collectWarnings gives the warnings until the test ends.
func collectWarnings(t *testing.T) *[]string {
	all := &[]string{}
	keras.SetWarnings(func(text string) { *all = append(*all, text) })
	t.Cleanup(func() { keras.SetWarnings(nil) })
	return all
}

type checkpoint struct {
	Name string
	Args struct {
		Filepath              string
		Verbose               int
		SaveBestOnly          bool `json:"save_best_only"`
		SaveWeightsOnly       bool `json:"save_weights_only"`
		Mode, Monitor         string
		SaveFreq              int      `json:"save_freq"`
		InitialValueThreshold *float64 `json:"initial_value_threshold"`
	}
	Events []struct {
		Hook     string
		At       int
		Logs     map[string]number
		Saved    []string
		Out      string
		Warnings []string
		Error    *struct{ Text string }
	}
}

type fileNames struct {
	Cases     []checkpoint
	Numbers   []map[string]number
	FileNames []struct {
		Template, File string
		Error          *struct{ Text string }
	} `json:"file_names"`
}

func (c *checkpoint) callback(dir string) *callbacks.ModelCheckpointCallback {
	a := c.Args
	cb := callbacks.ModelCheckpoint(filepath.Join(dir, a.Filepath)).Verbose(a.Verbose).SaveBestOnly(a.SaveBestOnly).SaveWeightsOnly(a.SaveWeightsOnly).SaveFreq(a.SaveFreq)
	if a.Mode != "" {
		cb.Mode(callbacks.Mode(a.Mode))
	}
	if a.Monitor != "" {
		cb.Monitor(a.Monitor)
	}
	if a.InitialValueThreshold != nil {
		cb.InitialValueThreshold(*a.InitialValueThreshold)
	}
	return cb
}

func TestModelCheckpointDoesWhatKerasDoes(t *testing.T) {
	var file fileNames
	fixture(t, "checkpoints.json", &file)
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			warnings := collectWarnings(t)
			var out bytes.Buffer
			m := &saver{}
			r := callbacks.NewRun(m, &out)
			r.Directions = map[string]bool{"accuracy": true}
			cb := c.callback("")
			require.NoError(t, cb.OnTrainBegin(r, nil))
			for _, e := range c.Events {
				out.Reset()
				m.saved, *warnings = nil, nil
				hook := map[string]func(*callbacks.Run, int, callbacks.Logs) error{
					"on_epoch_begin": cb.OnEpochBegin, "on_train_batch_end": cb.OnTrainBatchEnd, "on_epoch_end": cb.OnEpochEnd,
				}[e.Hook]
				err := hook(r, e.At, logsOf(e.Logs))
				if e.Error != nil {
					require.EqualError(t, err, e.Error.Text)
					require.ErrorIs(t, err, keras.ErrArgument)
				} else {
					require.NoError(t, err)
				}
				assert.Equal(t, e.Saved, m.saved, "%s %d", e.Hook, e.At)
				assert.Equal(t, e.Out, out.String(), "%s %d", e.Hook, e.At)
				assert.ElementsMatch(t, e.Warnings, *warnings)
			}
		})
	}
}

func TestFileNamesAreThoseOfPython(t *testing.T) {
	var file fileNames
	fixture(t, "checkpoints.json", &file)
	require.NotEmpty(t, file.FileNames)
	for _, c := range file.FileNames {
		t.Chdir(t.TempDir())
		m := &saver{}
		r := callbacks.NewRun(m, nil)
		cb := callbacks.ModelCheckpoint(c.Template + ".keras").SaveFreq(1)
		require.NoError(t, cb.OnTrainBegin(r, nil))
		require.NoError(t, cb.OnEpochBegin(r, 6, nil))
		err := cb.OnTrainBatchEnd(r, 10, logsOf(file.Numbers[0]))
		if c.Error == nil {
			require.NoError(t, err, c.Template)
			assert.Equal(t, []string{"model", c.File + ".keras"}, m.saved, c.Template)
			continue
		}
		require.ErrorContains(t, err, c.Error.Text, c.Template)
		assert.Nil(t, m.saved)
	}
}

func TestModelCheckpointErrors(t *testing.T) {
	for _, c := range []struct {
		reason string
		cb     *callbacks.ModelCheckpointCallback
		want   string
	}{
		{"a model elsewhere", callbacks.ModelCheckpoint("x.foo"),
			"The filepath provided must end in `.keras` (Keras model format). Received: filepath=x.foo"},
		{"weights elsewhere", callbacks.ModelCheckpoint("x.keras").SaveWeightsOnly(true),
			"When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided must end in `.weights.h5` (Keras weights format). Received: filepath=x.keras"},
		{"a negative number of batches", callbacks.ModelCheckpoint("x.keras").SaveFreq(-1), "expected a SaveFreq of at least 1 batch, or 0 for each epoch, received -1"},
		{"a brace", callbacks.ModelCheckpoint("{x.keras"), `expected {name} or {name:format} with a format like 02d, .4f, .2e or g, and {{ for a brace, received "{x.keras"`},
		{"no name", callbacks.ModelCheckpoint("{}.keras"), `received "{}.keras"`},
		{"an element", callbacks.ModelCheckpoint("{loss[0]}.keras"), `received "{loss[0]}.keras"`},
		{"a format that is not known", callbacks.ModelCheckpoint("{loss:>5}.keras"), `received "{loss:>5}.keras"`},
		{"a width beyond sense", callbacks.ModelCheckpoint("{loss:0999999999d}.keras"), `received "{loss:0999999999d}.keras"`},
	} {
		err := c.cb.OnTrainBegin(callbacks.NewRun(nil, nil), nil)
		require.ErrorContains(t, err, c.want, c.reason)
		require.ErrorIs(t, err, keras.ErrArgument, c.reason)
	}
	r := callbacks.NewRun(&saver{}, nil)
	require.ErrorContains(t, callbacks.ModelCheckpoint("x.keras").SaveBestOnly(true).Monitor("val_x").OnEpochEnd(r, 0, callbacks.Logs{"val_x": 1}),
		"ModelCheckpoint callback received monitor=val_x")
}

func TestModelCheckpointMakesFolders(t *testing.T) {
	dir := t.TempDir()
	r := callbacks.NewRun(&saver{}, nil)
	require.NoError(t, callbacks.ModelCheckpoint(filepath.Join(dir, "a", "{epoch}", "x.keras")).OnEpochEnd(r, 1, nil))
	assert.FileExists(t, filepath.Join(dir, "a", "2", "x.keras"))

	require.NoError(t, os.Mkdir(filepath.Join(dir, "x.keras"), 0o777))
	err := callbacks.ModelCheckpoint(filepath.Join(dir, "x.keras")).OnEpochEnd(r, 1, nil)
	require.EqualError(t, err, "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing directory: "+filepath.Join(dir, "x.keras"))
	err = callbacks.ModelCheckpoint(filepath.Join(dir, "a", "2", "x.keras", "x.keras")).OnEpochEnd(r, 1, nil)
	require.Error(t, err, "a file is no folder")
}

func TestModelCheckpointOfAVector(t *testing.T) {
	warnings := collectWarnings(t)
	m := &saver{}
	r := callbacks.NewRun(m, nil)
	r.Vectors = map[string][]float64{"f1": {0.5, 1}}
	require.NoError(t, callbacks.ModelCheckpoint(filepath.Join(t.TempDir(), "x.keras")).SaveBestOnly(true).Monitor("f1").Mode(callbacks.Max).OnEpochEnd(r, 0, callbacks.Logs{"f1": 0.75}))
	assert.NotNil(t, m.saved)
	assert.Equal(t, []string{"Can save best model only when `monitor` is a scalar value. Received: [0.5 1]. Falling back to `save_best_only=False`."}, *warnings)
}

// files are the names and contents of a directory.
type files map[string]string

func (f files) write(t *testing.T, dir string) {
	for name, text := range f {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
}

func filesOf(t *testing.T, dir string) files {
	f := files{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		f[e.Name()] = string(bytes.TrimSpace(text))
	}
	return f
}

func restoring(m *saver) *callbacks.Run {
	r := callbacks.NewRun(m, nil)
	r.Restore = m.restore
	return r
}

// Whatever operation on files was the last one of a program, a copy and its position are found.
func TestBackupsAfterEveryOperation(t *testing.T) {
	const first, second, third = `{"epoch":1,"batch":0,"batches_done":0}`, `{"epoch":1,"batch":2,"batches_done":3}`, `{"epoch":2,"batch":0,"batches_done":0}`
	old := files{"latest.weights.h5": "second", "training_metadata.json": second}
	for _, c := range []struct {
		reason string
		files  files
		double bool
		want   string
		at     [2]int
		after  files
	}{
		{"nothing yet", files{}, false, "new", [2]int{0, 0}, files{}},
		{"the first weights", files{"next.weights.h5": "first"}, false, "new", [2]int{0, 0}, files{"next.weights.h5": "first"}},
		{"a complete copy", old, false, "second", [2]int{1, 3}, old},
		{"new weights", files{"latest.weights.h5": "second", "training_metadata.json": second, "next.weights.h5": "third"}, false,
			"second", [2]int{1, 3}, files{"latest.weights.h5": "second", "training_metadata.json": second, "next.weights.h5": "third"}},
		{"a new position", files{"latest.weights.h5": "second", "training_metadata.json": second, "next.weights.h5": "third", "next.json": third}, false,
			"third", [2]int{2, 0}, files{"latest.weights.h5": "third", "training_metadata.json": third}},
		{"the weights in place", files{"latest.weights.h5": "third", "training_metadata.json": second, "next.json": third}, false,
			"third", [2]int{2, 0}, files{"latest.weights.h5": "third", "training_metadata.json": third}},
		{"two copies, a new position", files{"latest.weights.h5.bkp": "first", "training_metadata.json.bkp": first, "latest.weights.h5": "second",
			"training_metadata.json": second, "next.weights.h5": "third", "next.json": third}, true, "third", [2]int{2, 0},
			files{"latest.weights.h5.bkp": "second", "training_metadata.json.bkp": second, "latest.weights.h5": "third", "training_metadata.json": third}},
		{"two copies, the old weights aside", files{"latest.weights.h5.bkp": "second", "training_metadata.json.bkp": first,
			"training_metadata.json": second, "next.weights.h5": "third", "next.json": third}, true, "third", [2]int{2, 0},
			files{"latest.weights.h5.bkp": "second", "training_metadata.json.bkp": second, "latest.weights.h5": "third", "training_metadata.json": third}},
		{"two copies, the old position aside", files{"latest.weights.h5.bkp": "second", "training_metadata.json.bkp": second,
			"next.weights.h5": "third", "next.json": third}, true, "third", [2]int{2, 0},
			files{"latest.weights.h5.bkp": "second", "training_metadata.json.bkp": second, "latest.weights.h5": "third", "training_metadata.json": third}},
		{"two copies, the weights in place", files{"latest.weights.h5.bkp": "second", "training_metadata.json.bkp": second,
			"latest.weights.h5": "third", "next.json": third}, true, "third", [2]int{2, 0},
			files{"latest.weights.h5.bkp": "second", "training_metadata.json.bkp": second, "latest.weights.h5": "third", "training_metadata.json": third}},
		{"training is over, the position deleted", files{"latest.weights.h5": "third"}, false, "new", [2]int{0, 0}, files{"latest.weights.h5": "third"}},
		{"a damaged copy", files{"latest.weights.h5": "damaged", "training_metadata.json": second, "latest.weights.h5.bkp": "first", "training_metadata.json.bkp": first}, false,
			"first", [2]int{1, 0}, files{"latest.weights.h5": "first", "training_metadata.json": first, "latest.weights.h5.bkp": "damaged", "training_metadata.json.bkp": second}},
		{"a position of Python's that is cut off", files{"latest.weights.h5": "second", "training_metadata.json": `{"epo`, "latest.weights.h5.bkp": "first", "training_metadata.json.bkp": first}, false,
			"first", [2]int{1, 0}, files{"latest.weights.h5": "first", "training_metadata.json": first, "latest.weights.h5.bkp": "second", "training_metadata.json.bkp": `{"epo`}},
		{"a copy of Python's, which goes on at the beginning of an epoch", files{"latest.weights.h5": "python", "training_metadata.json": `{"epoch": 4, "batch": 7}`}, false,
			"python", [2]int{4, 0}, files{"latest.weights.h5": "python", "training_metadata.json": `{"epoch": 4, "batch": 7}`}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			dir := t.TempDir()
			c.files.write(t, dir)
			m := &saver{text: "new"}
			r := restoring(m)
			require.NoError(t, callbacks.BackupAndRestore(dir).DoubleCheckpoint(c.double).OnTrainBegin(r, nil))
			assert.Equal(t, c.want, m.text)
			assert.Equal(t, c.at, [2]int{r.InitialEpoch, r.InitialBatch})
			assert.Equal(t, c.after, filesOf(t, dir))
		})
	}
}

func TestBackupErrors(t *testing.T) {
	r := restoring(&saver{})
	require.EqualError(t, callbacks.BackupAndRestore("").OnTrainBegin(r, nil), "Empty `backup_dir` argument passed")
	require.ErrorContains(t, callbacks.BackupAndRestore("x").SaveFreq(-1).OnTrainBegin(r, nil), "a SaveFreq of at least 1 batch")
	for _, c := range []struct {
		reason string
		files  files
		want   string
	}{
		{"damaged weights", files{"latest.weights.h5": "damaged", "training_metadata.json": `{"epoch":1}`}, "damaged"},
		{"both damaged", files{"latest.weights.h5": "damaged", "training_metadata.json": `{"epoch":1}`,
			"latest.weights.h5.bkp": "damaged", "training_metadata.json.bkp": `{"epoch":0}`}, "damaged"},
		{"a position that is cut off", files{"latest.weights.h5": "x", "training_metadata.json": `{"epo`}, "training_metadata.json: unexpected end of JSON input"},
		{"a position that is none", files{"latest.weights.h5": "x", "training_metadata.json": `{"epoch":-1}`}, `training_metadata.json, received {"epoch":-1}`},
	} {
		dir := t.TempDir()
		c.files.write(t, dir)
		require.ErrorContains(t, callbacks.BackupAndRestore(dir).OnTrainBegin(r, nil), c.want, c.reason)
		assert.Equal(t, c.files, filesOf(t, dir), "%s: nothing is lost", c.reason)
		assert.Zero(t, r.InitialEpoch)
	}
}

// A training of three epochs of two batches: what is kept when, and that nothing remains.
func TestBackups(t *testing.T) {
	for _, c := range []struct {
		reason string
		freq   int
		steps  int // 0: unknown
		double bool
		want   []string // the position after each hook
	}{
		{"each epoch", 0, 2, false, []string{"", "", "1 0 0", "1 0 0", "1 0 0", "2 0 0", "2 0 0", "2 0 0", "3 0 0"}},
		{"each batch", 1, 0, false, []string{"0 0 1", "0 1 2", "0 1 2", "1 0 1", "1 1 2", "1 1 2", "2 0 1", "2 1 2", "2 1 2"}},
		{"three batches", 3, 0, true, []string{"", "", "", "1 0 1", "1 0 1", "1 0 1", "1 0 1", "2 1 2", "2 1 2"}},
		{"each batch, the last one of an epoch at its end", 1, 2, false, []string{"0 0 1", "0 0 1", "1 0 0", "1 0 1", "1 0 1", "2 0 0", "2 0 1", "2 0 1", "3 0 0"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "backup")
			m := &saver{}
			r := restoring(m)
			r.Steps = c.steps
			cb := callbacks.BackupAndRestore(dir).SaveFreq(c.freq).DoubleCheckpoint(c.double)
			require.NoError(t, cb.OnTrainBegin(r, nil))
			at := 0
			check := func(hook error) {
				require.NoError(t, hook)
				if c.want[at] == "" {
					assert.NoDirExists(t, dir)
				} else {
					var p struct{ Epoch, Batch, Done int }
					_, err := fmt.Sscan(c.want[at], &p.Epoch, &p.Batch, &p.Done)
					require.NoError(t, err)
					assert.Equal(t, fmt.Sprintf(`{"epoch":%d,"batch":%d,"batches_done":%d}`, p.Epoch, p.Batch, p.Done), filesOf(t, dir)["training_metadata.json"])
				}
				at++
			}
			for epoch := range 3 {
				require.NoError(t, cb.OnEpochBegin(r, epoch, nil))
				for batch := range 2 {
					check(cb.OnTrainBatchEnd(r, batch, nil))
				}
				check(cb.OnEpochEnd(r, epoch, nil))
			}
			assert.Len(t, filesOf(t, dir), map[bool]int{false: 2, true: 4}[c.double])
			require.NoError(t, cb.DeleteCheckpoint(false).OnTrainEnd(r, nil))
			assert.DirExists(t, dir)
			other := files{"mine": "x"}
			other.write(t, dir)
			require.NoError(t, cb.DeleteCheckpoint(true).OnTrainEnd(r, nil))
			assert.Equal(t, other, filesOf(t, dir), "what somebody else put there remains")
			require.NoError(t, os.Remove(filepath.Join(dir, "mine")))
			require.NoError(t, cb.OnTrainEnd(r, nil))
			assert.NoDirExists(t, dir)
		})
	}
}
