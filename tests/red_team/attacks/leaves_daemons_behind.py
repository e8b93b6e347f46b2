"""Leaves daemons behind that forked twice, in sessions of their own, deaf to signals, to act when grading is over."""

# %% own
import contextlib, os, signal, time

for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, signal.SIG_IGN)
            for descriptor in range(3, 256):
                with contextlib.suppress(OSError):
                    os.close(descriptor)
            for _ in range(240):
                time.sleep(0.5)
                with contextlib.suppress(OSError):
                    open(CANARY, "w").write("still here")
        os._exit(0)
