"""The MNIST RNN sweep: hidden units against learning rate, one LSTM that reads a digit row by row."""
