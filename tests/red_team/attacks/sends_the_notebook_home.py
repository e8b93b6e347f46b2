"""Sends what it sees to a server, by TCP, by UDP and by an abstract Unix socket of the host."""

# %% own
import contextlib, socket

with contextlib.suppress(OSError):
    socket.create_connection(("127.0.0.1", PORT), timeout=2).sendall(repr(globals()).encode())
with contextlib.suppress(OSError):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hidden checks", ("127.0.0.1", PORT))
with contextlib.suppress(OSError):
    socket.socket(socket.AF_UNIX).connect("\0" + SOCKET)
