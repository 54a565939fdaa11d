package datasets

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Reuters returns news of the agency Reuters from 1987 as lists of words: 8982 for
// training and 2246 for testing, in Python Keras's order.
//
//	X [][]int32    words; 0 is free for padding, 1 starts a text, 2 is a word left out,
//	               3 + n is the n-th most frequent word
//	Y (n,) int64   topic, 0 … 45
//
// [ReutersWordIndex] has the words, [ReutersLabelNames] the topics, and
// data.PadSequences makes a tensor of X.
//
// The data is reuters.npz as Keras publishes it, in Keras's cache, and is downloaded when
// it is not there. Options, with Keras's defaults: NumWords, SkipTop, MaxLen, TestSplit
// (0.2), StartChar or WithoutStartChar, OOVChar or WithoutOOVChar, IndexFrom, WithSeed
// (113), Path (reuters.npz), WithDir, WithContext. A part without texts has neither X nor Y.
//
// Errors: a TestSplit outside of 0 … 1; a MaxLen that no text keeps to; no such file; a
// file that is not what it should be; a failed or cancelled download.
func Reuters(options ...Option) (train, test Sequences, err error) {
	c, err := newTextConfig(options, "TestSplit")
	if err == nil {
		train, test, err = loadReuters(c, remote{
			url:    storage + "reuters.npz",
			name:   "reuters.npz",
			size:   2110848,
			sha256: "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
		})
	}
	return train, test, errors.WithMessage(err, "datasets: Reuters")
}

func loadReuters(c *config, published remote) (train, test Sequences, err error) {
	random, err := newShuffler(c.seed)
	if err != nil {
		return train, test, err
	}
	path, err := c.find(published)
	if err != nil {
		return train, test, err
	}
	var words [][]int32
	var labels *tensor.Dense
	err = readNPZ(path, func(z *npz) {
		words, labels = z.sequences("x"), z.array("y", tensor.Int64, -1)
	})
	if err != nil {
		return train, test, err
	}
	t, err := newTexts(words, labels, int64(len(reutersLabels)), "x", path+": y")
	if err != nil {
		return train, test, err
	}
	if t, err = c.prepare(t, random); err != nil {
		return train, test, err
	}
	c.limit(t)
	n := c.forTraining(len(t.words))
	train = texts{t.words[:n], t.labels[:n]}.sequences()
	test = texts{t.words[n:], t.labels[n:]}.sequences()
	return train, test, nil
}

// ReutersWordIndex returns the words of [Reuters] with their ranks by frequency, from 1:
// the word of rank n is n + IndexFrom in the texts.
//
// The data is reuters_word_index.json as Keras publishes it, in Keras's cache, and is
// downloaded when it is not there. Options: Path (reuters_word_index.json), WithDir,
// WithContext.
//
// Errors: no such file; a file that is not what it should be; a failed or cancelled
// download.
func ReutersWordIndex(options ...Option) (map[string]int, error) {
	c, err := newConfig(config{}, options, "Path", "WithDir", "WithContext")
	if err != nil {
		return nil, errors.WithMessage(err, "datasets: ReutersWordIndex")
	}
	index, err := c.wordIndex(remote{
		url:    storage + "reuters_word_index.json",
		name:   "reuters_word_index.json",
		size:   550378,
		sha256: "9b56000edc4b34a32e89fd5a23b2605594682c74efcf7d8f4e2a5514b771e633",
	})
	return index, errors.WithMessage(err, "datasets: ReutersWordIndex")
}

// ReutersLabelNames returns the topics of [Reuters]: that of label i is element i.
func ReutersLabelNames() []string { return append([]string(nil), reutersLabels...) }

var reutersLabels = []string{
	"cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar", "trade",
	"reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp", "meal-feed", "alum",
	"oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel", "rubber", "heat", "jobs", "lei",
	"bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
}
