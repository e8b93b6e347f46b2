"""Deals the tokens out to the rows."""

FAILS = "cuts_rows_that_follow_one_another"
HINT = "dealt out like cards"

# %% batchify
def batchify(ids, batch_size):
    length = len(ids) // batch_size
    return np.array(ids)[: batch_size * length].reshape(length, batch_size).T
