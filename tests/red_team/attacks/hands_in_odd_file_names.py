"""Hands in files whose names hold line ends, markup, ten thousand dots, a half character and a path out."""

# %% hand in
import os
for name in (b"a\nb", b"<img src=x onerror=pwned=1>", b"$(touch x)", b"\xff\xfe", b"-rf", b"..%2f..%2fx", "\u202egnp.exe".encode(), b"x" * 250):
    with open(os.path.join(os.fsencode(folder), name), "w") as file:
        file.write("odd")
os.symlink("/etc/passwd", os.path.join(os.fsencode(folder), b"\xfe\xff"))
