"""Opens raw, packet, netlink and vsock sockets, and sends to the host's addresses by each of them."""

# %% own
import contextlib, socket

for family, kind, protocol in [(socket.AF_INET, socket.SOCK_RAW, 255), (socket.AF_PACKET, socket.SOCK_RAW, 3), (socket.AF_NETLINK, socket.SOCK_RAW, 0)]:
    with contextlib.suppress(OSError):
        raw = socket.socket(family, kind, protocol)
        raw.sendto(b"x" * 64, (0, 0) if family == socket.AF_NETLINK else ("lo", 3) if family == socket.AF_PACKET else ("127.0.0.1", PORT))
with contextlib.suppress(OSError, AttributeError):
    socket.socket(socket.AF_VSOCK).connect((2, PORT))
for host in ("127.0.0.1", "::1", "0.0.0.0", "localhost", "10.0.2.2", "172.17.0.1", "host.docker.internal"):
    with contextlib.suppress(OSError):
        socket.create_connection((host, PORT), timeout=0.3).send(b"x")
