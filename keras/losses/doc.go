// Package losses has Keras's losses: what training makes small.
//
//	losses.SparseCategoricalCrossentropy().FromLogits(true)
//	losses.Huber().Delta(0.5).Reduction(losses.Sum)
//	losses.Named("mse")
//
// A model with several outputs takes one loss for all of them, a List in their
// order, or a ByOutput; LossWeights of Compile is a WeightList or WeightsByOutput.
//
// Every loss follows one order, Keras's:
//
//  1. Targets and predictions become numbers of one type, that of the predictions
//     unless WithDType sets one. Where their ranks differ by one and the longer shape
//     ends in 1, that axis is dropped, or given to targets or predictions of rank 1.
//  2. The formula gives a value for each sample: over the last axis, as a rule.
//  3. The values are multiplied with sample weights, which broadcast, and with the
//     mask that travels with the predictions.
//  4. Reduction makes one number of them.
//
// Probabilities that are the direct result of a softmax (for the categorical
// crossentropies) or a sigmoid (for the binary one) are not used: the loss goes back to
// their logits and keeps all digits, as Keras does on TensorFlow.
//
// Evaluate computes a loss of tensors, outside of a model. Func makes a loss of a
// function.
package losses
