"""One small loader a data set, shipped to students as it stands with the modules it imports; each has its card beside it."""
