"""Becomes root by setuid, by programs with the setuid bit and by files whose capabilities it sets."""

# %% own
import contextlib, os, shutil, subprocess

for call in (os.setuid, os.setgid, os.seteuid):
    with contextlib.suppress(OSError):
        call(0)
for program in ("su", "sudo", "mount", "newuidmap", "pkexec", "bwrap", "unshare", "nsenter"):
    if shutil.which(program):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run([program, "-c", f"echo root > {CANARY}"], timeout=2, stdin=subprocess.DEVNULL, capture_output=True)
shutil.copy("/bin/sh", "shell")
with contextlib.suppress(OSError):
    os.chmod("shell", 0o4755)
    os.setxattr("shell", "security.capability", b"\x01\x00\x00\x02\xff\xff\xff\xff\xff\xff\xff\xff" + bytes(8))
    subprocess.run(["./shell", "-p", "-c", f"echo root > {CANARY}"], timeout=2)
