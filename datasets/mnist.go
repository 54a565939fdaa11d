package datasets

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// MNIST returns the handwritten digits of LeCun, Cortes and Burges: 60000 training
// and 10000 test images.
//
//	X (n, 28, 28) uint8   0 is background, 255 ink
//	Y (n,)        uint8   0 … 9
//
// The data is mnist.npz as Keras publishes it, in Keras's cache, and is downloaded
// when it is not there. Options: WithDir names a folder with mnist.npz or with the
// four original files (train-images-idx3-ubyte, train-labels-idx1-ubyte,
// t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, plain or .gz), which may hold fewer
// images; WithContext; Path (mnist.npz).
//
// Errors: no such files; files that are not what they should be; a failed or
// cancelled download.
func MNIST(options ...Option) (train, test Split, err error) {
	c, err := newConfig(config{}, options, "WithDir", "WithContext", "Path")
	if err == nil {
		train, test, err = loadMNIST(c, remote{
			url:    storage + "mnist.npz",
			name:   mnistFile,
			size:   11490434,
			sha256: "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
		})
	}
	return train, test, errors.WithMessage(err, "datasets: MNIST")
}

const (
	mnistFile    = "mnist.npz"
	mnistClasses = 10
)

func loadMNIST(c *config, published remote) (train, test Split, err error) {
	path, err := c.find(published)
	if err != nil {
		return train, test, err
	}
	if _, err := os.Stat(path); c.dir != "" && errors.Is(err, fs.ErrNotExist) {
		return loadIDXPairs(c.dir, mnistClasses, filepath.Base(path)+" or ")
	}

	var arrays [4]*tensor.Dense
	err = readNPZ(path, func(z *npz) {
		for i, part := range []string{"train", "test"} {
			arrays[2*i] = z.array("x_"+part, tensor.Uint8, -1, 28, 28)
			arrays[2*i+1] = z.array("y_"+part, tensor.Uint8, -1)
		}
	})
	if err != nil {
		return train, test, err
	}
	train, err = newSplit(arrays[0], arrays[1], mnistClasses, "x_train", path+": y_train")
	if err != nil {
		return Split{}, Split{}, err
	}
	test, err = newSplit(arrays[2], arrays[3], mnistClasses, "x_test", path+": y_test")
	if err != nil {
		return Split{}, Split{}, err
	}
	return train, test, nil
}

// loadIDXPairs reads the four files in which MNIST, and what imitates it, is published.
// instead is what else the folder may hold.
func loadIDXPairs(dir string, classes uint8, instead string) (train, test Split, err error) {
	if train, err = loadIDXPair(dir, "train", classes, instead); err != nil {
		return Split{}, Split{}, err
	}
	if test, err = loadIDXPair(dir, "t10k", classes, instead); err != nil {
		return Split{}, Split{}, err
	}
	return train, test, nil
}

func loadIDXPair(dir, part string, classes uint8, instead string) (Split, error) {
	x, xFrom, err := findIDX(dir, part+"-images-idx3-ubyte", instead, -1, 28, 28)
	if err != nil {
		return Split{}, err
	}
	y, yFrom, err := findIDX(dir, part+"-labels-idx1-ubyte", instead, -1)
	if err != nil {
		return Split{}, err
	}
	return newSplit(x, y, classes, xFrom, yFrom)
}

// findIDX reads the file of a name, with or without .gz, and returns its path too.
func findIDX(dir, name, instead string, shape ...int) (t *tensor.Dense, path string, err error) {
	for _, ending := range []string{"", ".gz"} {
		path = filepath.Join(dir, name+ending)
		if t, err = readIDX(path, shape...); !errors.Is(err, fs.ErrNotExist) {
			return t, path, err
		}
	}
	return nil, "", errors.Errorf("expected %s%s, plain or .gz, in %s", instead, name, dir)
}
