"""Assignment 4: state and clipping, on a language model."""
