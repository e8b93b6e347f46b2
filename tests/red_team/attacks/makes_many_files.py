"""Makes files and folders without end, each of them empty, and folders within folders."""

# %% own
import os, time

for number in range(20_000):
    try:
        os.mkdir(str(number))
        os.chdir(str(number))
        open("file", "w").close()
    except OSError:
        break
time.sleep(60)
