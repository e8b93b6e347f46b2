"""Writes over a file of the host that everybody may write, by its path, by a relative path and through /proc."""

# %% own
import contextlib
for path in (CANARY, "../" * 20 + CANARY, "/proc/self/cwd" + "/.." * 20 + CANARY, "/proc/1/root" + CANARY, f"/proc/{VICTIM}/root{CANARY}"):
    with contextlib.suppress(OSError):
        open(path, "w").write("somebody was here")
