"""Ignores SIGINT and SIGTERM, catches KeyboardInterrupt, and does not end."""

# %% own
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
