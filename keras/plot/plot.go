// Package plot draws models and the progress of training, into files or as values
// that notebooks show.
//
//	err = plot.Model(model, "model.png", plot.ShowShapes())
//	err = plot.History(history, "curves.svg")
//	err = plot.ConfusionMatrix(test.Y, predictions, "confusion.png", "cat", "dog")
//
// It needs no program installed. SVG files are in points, what notebooks show and PNG in pixels.
package plot

import (
	"os"
	"path/filepath"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/models"
)

// Model draws the layers of a model and how they are connected, as Keras's plot_model
// does, into a file: .png, .svg, or .dot, which is the text that Keras gives to Graphviz. A
// path without an extension is a PNG. A PNG that would be huge gets fewer dots per inch.
//
// Errors: a model that is not built; another extension; an option's value; a file that cannot be written.
func Model(model *models.Model, path string, opts ...Option) error {
	d, o, err := open(model, opts)
	if err != nil {
		return err
	}
	if strings.EqualFold(filepath.Ext(path), ".dot") {
		return os.WriteFile(path, []byte(d.dot(o)), 0o666)
	}
	return d.picture(o).save(path, o.dpi, ".png, .svg or .dot")
}

// ModelImage is what Model draws, for a notebook to show.
func ModelImage(model *models.Model, opts ...Option) (*Image, error) {
	d, o, err := open(model, opts)
	if err != nil {
		return nil, err
	}
	return d.picture(o).image(model.String()), nil
}

func open(model *models.Model, opts []Option) (*diagram, *options, error) {
	o, err := newOptions(opts)
	switch {
	case err != nil:
		return nil, nil, err
	case model == nil:
		return nil, nil, keras.Expected(keras.ErrArgument, "a model", "nil")
	case model.Err() != nil:
		return nil, nil, model.Err()
	case !model.Built():
		return nil, nil, keras.Fault(keras.ErrState, "This model has not yet been built.").
			WithHint("build it by calling Build, or by calling the model on a batch of data")
	}
	return newDiagram(model, o.expand), o, nil
}

// History draws the loss and the metrics of each epoch into a file, .png or .svg: a panel
// for each, with the curve of the training data and, if there is one, that of the
// validation data. Values that are not finite leave a gap. Vectors are not drawn.
//
// Errors: a history without epochs; another extension; a file that cannot be written.
func History(history *callbacks.History, path string) error {
	p, err := curves(history)
	if err != nil {
		return err
	}
	return p.save(path, historyDPI, ".png or .svg")
}

// HistoryImage is what History draws, for a notebook to show.
func HistoryImage(history *callbacks.History) (*Image, error) {
	p, err := curves(history)
	if err != nil {
		return nil, err
	}
	return p.image("training curves"), nil
}

// ConfusionMatrix draws how often each class was taken for which into a file, .png or
// .svg: a row for each true class, a column for each predicted one, darker where more of
// the row is. Class i is called classNames[i], or i without names.
//
//	yTrue  (n,) or (n, 1) classes 0, 1, 2, …, or (n, classes) one-hot
//	yPred  the same, probabilities for each class (n, classes), or of class 1 (n,) or (n, 1)
//
// With more axes, as for each step of a sequence, every place is a sample.
//
// Errors: shapes that do not belong together; other numbers; more than 1000 classes; a
// class without a name; another extension; a file that cannot be written.
func ConfusionMatrix(yTrue, yPred *tensor.Dense, path string, classNames ...string) error {
	c, err := newConfusion(yTrue, yPred, classNames)
	if err != nil {
		return err
	}
	return c.picture().save(path, historyDPI, ".png or .svg")
}

// ConfusionMatrixImage is what ConfusionMatrix draws, for a notebook to show. Its String is
// the table of the numbers.
func ConfusionMatrixImage(yTrue, yPred *tensor.Dense, classNames ...string) (*Image, error) {
	c, err := newConfusion(yTrue, yPred, classNames)
	if err != nil {
		return nil, err
	}
	return c.picture().image(c.String()), nil
}
