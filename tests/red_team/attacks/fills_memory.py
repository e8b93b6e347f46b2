"""A memory bomb, of the kernel and of its children together, each below the limit."""

# %% own
import os, time

for _ in range(6):
    if os.fork() == 0:
        block = b"x" * (150 * 2**20)
        time.sleep(60)
block = []
while True:
    block.append(b"x" * (50 * 2**20))
