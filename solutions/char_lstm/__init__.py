"""Assignment 3, what only instructors see: a character LSTM, its sweeps, and what they do and do not show."""
