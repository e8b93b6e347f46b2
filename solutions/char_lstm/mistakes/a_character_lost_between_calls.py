"""The first array of a call follows the last of the call before instead of repeating it."""

FAILS = "goes_on_where_it_stopped"
HINT = "must repeat the last one"

# %% batches
class BatchGenerator:

    def __init__(self, text, batch_size, num_unrollings):
        self.text = text
        self.num_unrollings = num_unrollings
        segment = len(text) // batch_size
        self.cursors = [row * segment for row in range(batch_size)]

    def next(self):
        places = [[cursor + offset for cursor in self.cursors] for offset in range(self.num_unrollings + 1)]
        batches = [np.eye(27, dtype=np.float32)[[char2id(self.text[place % len(self.text)]) for place in row]] for row in places]
        self.cursors = [place + 1 for place in places[-1]]
        return batches
