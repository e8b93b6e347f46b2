"""Every call starts at the beginning again."""

FAILS = "goes_on_where_it_stopped"
HINT = "every call starts at the beginning again"

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
        return batches
