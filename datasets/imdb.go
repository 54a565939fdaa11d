package datasets

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// IMDB returns film reviews of the Internet Movie Database, after Maas et al., as lists
// of words: 25000 for training and 25000 for testing, in Python Keras's order.
//
//	X [][]int32    words; 0 is free for padding, 1 starts a review, 2 is a word left out,
//	               3 + n is the n-th most frequent word
//	Y (n,) int64   1 if the review praises, 0 if not
//
// [IMDBWordIndex] has the words, and data.PadSequences makes a tensor of X.
//
// The data is imdb.npz as Keras publishes it, in Keras's cache, and is downloaded when it
// is not there. Options, with Keras's defaults: NumWords, SkipTop, MaxLen, StartChar or
// WithoutStartChar, OOVChar or WithoutOOVChar, IndexFrom, WithSeed (113), Path (imdb.npz),
// WithDir, WithContext.
//
// Errors: a MaxLen that no review keeps to; no such file; a file that is not what it
// should be; a failed or cancelled download.
func IMDB(options ...Option) (train, test Sequences, err error) {
	c, err := newTextConfig(options)
	if err == nil {
		train, test, err = loadIMDB(c, remote{
			url:    storage + "imdb.npz",
			name:   "imdb.npz",
			size:   17464789,
			sha256: "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
		})
	}
	return train, test, errors.WithMessage(err, "datasets: IMDB")
}

func loadIMDB(c *config, published remote) (train, test Sequences, err error) {
	random, err := newShuffler(c.seed)
	if err != nil {
		return train, test, err
	}
	path, err := c.find(published)
	if err != nil {
		return train, test, err
	}
	var words [2][][]int32
	var labels [2]*tensor.Dense
	parts := []string{"train", "test"}
	err = readNPZ(path, func(z *npz) {
		for i, part := range parts {
			words[i], labels[i] = z.sequences("x_"+part), z.array("y_"+part, tensor.Int64, -1)
		}
	})
	if err != nil {
		return train, test, err
	}
	var prepared [2]texts
	for i, part := range parts {
		t, err := newTexts(words[i], labels[i], 2, "x_"+part, path+": y_"+part)
		if err != nil {
			return train, test, err
		}
		if prepared[i], err = c.prepare(t, random); err != nil {
			return train, test, err
		}
	}
	c.limit(prepared[0], prepared[1])
	return prepared[0].sequences(), prepared[1].sequences(), nil
}

// IMDBWordIndex returns the words of [IMDB] with their ranks by frequency, from 1: the
// word of rank n is n + IndexFrom in the reviews.
//
// The data is imdb_word_index.json as Keras publishes it, in Keras's cache, and is
// downloaded when it is not there. Options: Path (imdb_word_index.json), WithDir,
// WithContext.
//
// Errors: no such file; a file that is not what it should be; a failed or cancelled
// download.
func IMDBWordIndex(options ...Option) (map[string]int, error) {
	c, err := newConfig(config{}, options, "Path", "WithDir", "WithContext")
	if err != nil {
		return nil, errors.WithMessage(err, "datasets: IMDBWordIndex")
	}
	index, err := c.wordIndex(remote{
		url:    storage + "imdb_word_index.json",
		name:   "imdb_word_index.json",
		size:   1641221,
		sha256: "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
	})
	return index, errors.WithMessage(err, "datasets: IMDBWordIndex")
}
