"""Never answers a check's call."""

# %% mean
import time
def mean(numbers):
    time.sleep(10**9)
