package score

import "github.com/gokeras/gokeras/keras"

// Config is the config of an object whose options are in two structs with keras tags:
// those that all of its kind have, and its own.
func Config(common, own any) keras.Config {
	return append(keras.EncodeFields(common), keras.EncodeFields(own)...)
}

// Configure sets the options of such an object from a config.
func Configure(cfg keras.Config, common, own any) error {
	known := keras.EncodeFields(common)
	var ofCommon, ofOwn keras.Config
	for _, e := range cfg {
		if _, ok := known.Get(e.Key); ok {
			ofCommon = append(ofCommon, e)
		} else {
			ofOwn = append(ofOwn, e)
		}
	}
	if err := keras.DecodeFields(common, ofCommon); err != nil {
		return err
	}
	return keras.DecodeFields(own, ofOwn)
}
