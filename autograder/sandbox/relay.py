"""Stands between a kernel's sockets and the grader's, and passes on no more than the limit on what a kernel may send.

ZeroMQ alone holds no such limit: it takes in as many parts of one message as come, on channels that nobody reads just then. Here
every byte is counted, on every channel, before any of it is the grader's memory.
"""

import errno
import os
import secrets
import selectors
import socket
import stat
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.sandbox.limits import MIB, Limits

ASIDE_BYTES = 32 * MIB
"""What a kernel may send on all channels but the one for output; replies to requests, a few hundred bytes a cell."""
_BLOCK = 256 * 1024


@dataclass(eq=False)
class _End:
    """One of the two sockets of a connection."""

    socket: socket.socket
    counted: bool
    """Whether what comes from it counts: it is the kernel's."""
    on_display: bool
    """Whether the connection is for output."""
    other: "_End | None" = None
    waiting: memoryview = field(default_factory=lambda: memoryview(b""))
    """What is still to be sent to it."""


class Relay(threading.Thread):
    """Passes on what a kernel and its clients say to each other."""

    def __init__(self, kernel: str, ports: Sequence[int], display: int, limits: Limits) -> None:
        """
        Args:
            kernel: path of the kernel's sockets, without the port's number at the end.
            ports: their numbers.
            display: the number of the one for output.
            limits: what the kernel may send.
        """
        super().__init__(name="sandbox-relay", daemon=True)
        self.ip = f"@kernel-{secrets.token_hex(16)}"
        """Takes the kernel's path's place in an address; names no file, so that nothing stays whatever happens."""
        self.displayed = self.aside = 0
        """Bytes that the kernel has sent, on the channel for output and on all others."""
        self.cut_off: float | None = None
        """When the kernel closed a connection for output, by the monotonic clock."""
        self._folder = os.open(os.path.dirname(kernel), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._kernel, self._display, self._limits = os.path.basename(kernel), display, limits
        self._ended, self._end = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._ended, selectors.EVENT_READ)
        self._ends: set[_End] = set()
        self._listeners = {}
        for port in ports:
            listener = socket.socket(socket.AF_UNIX)
            listener.setblocking(False)
            listener.bind(f"\0{self.ip[1:]}-{port}")
            listener.listen()
            self._listeners[listener] = port
            self._selector.register(listener, selectors.EVENT_READ)

    @property
    def most_aside(self) -> int:
        """Bytes that the kernel may send on all channels but the one for output."""
        return min(ASIDE_BYTES, self._limits.output_bytes)

    @property
    def is_too_much(self) -> bool:
        """Whether the kernel has sent more than it may; nothing of it is passed on any more."""
        return self.displayed > self._limits.output_bytes or self.aside > self.most_aside

    def run(self) -> None:
        try:
            while True:
                for key, events in self._selector.select():
                    if key.fileobj is self._ended:
                        return
                    if key.fileobj in self._listeners:
                        self._connect(key.fileobj)
                    elif key.fileobj.fileno() >= 0:  # not closed a moment ago, with the other end of its connection
                        self._pass_on(key.data, events)
        finally:
            for one in (self._ended, *self._listeners, *(end.socket for end in self._ends)):
                one.close()
            self._selector.close()
            os.close(self._folder)

    def close(self) -> None:
        """Close all connections."""
        self._end.close()
        if self.is_alive():
            self.join(10)

    def _connect(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        client.setblocking(False)
        kernel = socket.socket(socket.AF_UNIX)
        kernel.setblocking(False)
        port = self._listeners[listener]
        try:
            _refuse_others(client)
            self._connect_to(kernel, f"{self._kernel}-{port}")
        except OSError:  # the client tries again
            client.close()
            kernel.close()
            return
        ends = _End(client, False, port == self._display), _End(kernel, True, port == self._display)
        for end, other in zip(ends, reversed(ends), strict=True):
            end.other = other
            self._ends.add(end)
            self._selector.register(end.socket, selectors.EVENT_READ, end)

    def _connect_to(self, end: socket.socket, name: str) -> None:
        """Connect to a socket of the kernel's; a link that student code has put in its place would lead to one of the host's."""
        if self.is_too_much:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "it has said enough")
        place = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._folder)
        try:
            if not stat.S_ISSOCK(os.fstat(place).st_mode):
                raise ConnectionRefusedError(errno.ECONNREFUSED, "no socket")
            end.connect(f"/proc/self/fd/{place}")
        finally:
            os.close(place)

    def _pass_on(self, end: _End, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                self._send(end, end.waiting)
            if events & selectors.EVENT_READ:
                block = end.socket.recv(_BLOCK)
                self._count(end, len(block))
                if not block or self.is_too_much:
                    raise ConnectionAbortedError
                self._send(end.other, memoryview(block))
        except BlockingIOError:
            return
        except OSError:
            self._cut(end)

    def _send(self, end: _End, block: memoryview) -> None:
        """Send what can be sent now; until the rest is, nothing more is read for it."""
        try:
            sent = end.socket.send(block)
        except BlockingIOError:
            sent = 0
        end.waiting = block[sent:]
        self._listen(end)
        self._listen(end.other)

    def _listen(self, end: _End) -> None:
        events = (0 if end.other.waiting else selectors.EVENT_READ) | (selectors.EVENT_WRITE if end.waiting else 0)
        if end.socket not in self._selector.get_map():
            if events:
                self._selector.register(end.socket, events, end)
        elif events:
            self._selector.modify(end.socket, events, end)
        else:
            self._selector.unregister(end.socket)

    def _count(self, end: _End, size: int) -> None:
        if not end.counted:
            return
        if end.on_display:
            self.displayed += size
        else:
            self.aside += size
        if not size and end.on_display:
            self.cut_off = time.monotonic()

    def _cut(self, end: _End) -> None:
        for one in (end, end.other):
            if one.socket in self._selector.get_map():
                self._selector.unregister(one.socket)
            one.socket.close()
            self._ends.discard(one)


def _refuse_others(client: socket.socket) -> None:
    """Such a socket has no permissions of its own: other users of the machine could speak to the kernel, and read it."""
    _, user, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if user != os.geteuid():
        raise PermissionError(errno.EACCES, "another user's")
