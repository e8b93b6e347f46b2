"""Each row starts again at the end of its own segment."""

FAILS = "goes_on_where_it_stopped"
HINT = "the end of its own segment"

# %% batches
class BatchGenerator:

    def __init__(self, text, batch_size, num_unrollings):
        self.text = text
        self.num_unrollings = num_unrollings
        self.segment = segment = len(text) // batch_size
        self.cursors = [row * segment for row in range(batch_size)]

    def next(self):
        places = [[cursor + offset for cursor in self.cursors] for offset in range(self.num_unrollings + 1)]
        batches = [np.eye(27, dtype=np.float32)[[char2id(self.text[number * self.segment + place % self.segment]) for number, place in enumerate(row)]] for row in places]
        self.cursors = places[-1]
        return batches
