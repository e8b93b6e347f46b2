"""One small, self-contained loader a data set, shipped to students as it stands; each has its card beside it."""
