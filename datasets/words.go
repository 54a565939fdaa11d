package datasets

import (
	"encoding/json"
	"io"
	"math"
	"os"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// newTextConfig applies options to Keras's defaults for texts; those of all texts may be
// given, and those named in known.
func newTextConfig(options []Option, known ...string) (*config, error) {
	start, oov := 1, 2
	c, err := newConfig(config{seed: kerasSeed, testSplit: 0.2, startChar: &start, oovChar: &oov, indexFrom: 3}, options,
		append([]string{"NumWords", "SkipTop", "MaxLen", "StartChar", "WithoutStartChar", "OOVChar", "WithoutOOVChar", "IndexFrom",
			"WithSeed", "Path", "WithDir", "WithContext"}, known...)...)
	if err != nil {
		return nil, err
	}
	for _, n := range []*int{c.startChar, c.oovChar, &c.indexFrom} {
		if n != nil && int64(*n) != int64(int32(*n)) {
			return nil, errors.Errorf("expected a StartChar, OOVChar and IndexFrom of 32 bits, received %d", *n)
		}
	}
	return c, nil
}

// texts are texts as lists of words, each a number, and their labels.
type texts struct {
	words  [][]int32
	labels []int64
}

// newTexts checks that words and labels belong together and that labels are below
// classes. It names where they come from in its errors.
func newTexts(words [][]int32, labels *tensor.Dense, classes int64, wordsFrom, labelsFrom string) (texts, error) {
	t := texts{words, labels.Data().([]int64)}
	if len(t.labels) != len(words) {
		return t, errors.Errorf("%s: expected %d labels, as many as %s has texts, received %d", labelsFrom, len(words), wordsFrom, len(t.labels))
	}
	for i, label := range t.labels {
		if label < 0 || label >= classes {
			return t, errors.Errorf("%s: expected labels from 0 to %d, received %d at position %d", labelsFrom, classes-1, label, i)
		}
	}
	return t, nil
}

// pick returns the texts with the given indices.
func (t texts) pick(indices []int) texts {
	picked := texts{make([][]int32, len(indices)), make([]int64, len(indices))}
	for i, from := range indices {
		picked.words[i], picked.labels[i] = t.words[from], t.labels[from]
	}
	return picked
}

// prepare shuffles texts, numbers their words and leaves out long ones, in Keras's order.
func (c *config) prepare(t texts, random *shuffler) (texts, error) {
	t = t.pick(random.order(len(t.words)))
	if err := c.number(t.words); err != nil {
		return t, err
	}
	if c.maxLen == 0 {
		return t, nil
	}
	var short []int
	for i, words := range t.words {
		if len(words) < c.maxLen {
			short = append(short, i)
		}
	}
	if short == nil {
		return t, errors.Errorf("expected a MaxLen that keeps texts, which are those that are shorter, received %d", c.maxLen)
	}
	return t.pick(short), nil
}

// number adds indexFrom to words and puts startChar before each text.
func (c *config) number(all [][]int32) error {
	for i, words := range all {
		numbered := make([]int32, 0, len(words)+1)
		if c.startChar != nil {
			numbered = append(numbered, int32(*c.startChar))
		}
		for _, w := range words {
			v := int64(w) + int64(c.indexFrom)
			if v < math.MinInt32 || v > math.MaxInt32 {
				return errors.Errorf("expected words below 2**31, received %d with IndexFrom %d", w, c.indexFrom)
			}
			numbered = append(numbered, int32(v))
		}
		all[i] = numbered
	}
	return nil
}

// limit replaces, or leaves out, the words outside of skipTop … numWords-1. Without
// numWords that is, as in Keras, the largest word of all parts, which is thus left out.
func (c *config) limit(parts ...texts) {
	end := c.numWords
	if end == 0 {
		largest := int32(math.MinInt32)
		for _, part := range parts {
			for _, words := range part.words {
				for _, w := range words {
					largest = max(largest, w)
				}
			}
		}
		end = int(largest)
	}
	for _, part := range parts {
		for i, words := range part.words {
			kept := words[:0]
			for _, w := range words {
				if c.skipTop <= int(w) && int(w) < end {
					kept = append(kept, w)
				} else if c.oovChar != nil {
					kept = append(kept, int32(*c.oovChar))
				}
			}
			part.words[i] = kept
		}
	}
}

// sequences returns texts as they are handed out.
func (t texts) sequences() Sequences {
	if len(t.words) == 0 {
		return Sequences{}
	}
	return Sequences{X: t.words, Y: tensor.New(tensor.WithShape(len(t.labels)), tensor.WithBacking(t.labels))}
}

// maxIndex bounds a word index, in bytes; that of IMDB has 1.6 million.
const maxIndex = 1 << 26

// wordIndex reads a JSON object of words and their numbers.
func (c *config) wordIndex(published remote) (index map[string]int, err error) {
	path, err := c.find(published)
	if err != nil {
		return nil, err
	}
	err = withFile(path, func(f *os.File, size int64) error {
		if size > maxIndex {
			return errors.Errorf("expected at most %d bytes, received %d", maxIndex, size)
		}
		text, err := io.ReadAll(io.LimitReader(f, maxIndex))
		if err != nil {
			return errors.WithStack(err)
		}
		if err := json.Unmarshal(text, &index); err != nil {
			return errors.WithMessage(err, "expected a JSON object of words and their numbers")
		}
		if index == nil {
			return errors.New("expected a JSON object of words and their numbers, received null")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return index, nil
}
