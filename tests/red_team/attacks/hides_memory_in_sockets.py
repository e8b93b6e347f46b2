"""Keeps what it has in sockets made larger, in its own and its children's, where it is no process's memory."""

# %% own
import contextlib, os, socket, struct, time

def fill(pairs, size):
    kept, block = [], bytes(65536)
    for _ in range(pairs):
        ends = socket.socketpair()
        for end in ends:
            end.setblocking(False)
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
            with contextlib.suppress(BlockingIOError):
                for _ in range(size // len(block)):
                    end.send(block)
        kept.append(ends)
    return kept

def reset():
    """A receiver that was cut off with all it had received: it stands in no table of the system's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = socket.create_connection(server.getsockname())
        receiver, _ = server.accept()
    sender.settimeout(0.02)
    with contextlib.suppress(OSError):
        while True:
            sender.send(bytes(65536))
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sender.close()
    return receiver

kept = [fill(4, 2**23), [reset() for _ in range(20)]]
for protocol in (0, 262):
    with contextlib.suppress(OSError):
        kept.append([socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol) for _ in range(20)])
for _ in range(10):
    if os.fork() == 0:
        kept.append(fill(150, 2**18))
        time.sleep(60)
time.sleep(60)
