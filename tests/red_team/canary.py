"""What an attack must not reach: a file, a listening port, an abstract socket, a process. Each tells whether it was touched."""

import select
import signal
import socket
from pathlib import Path

import psutil

UNTOUCHED = "nobody was here\n"


class Canary:
    """One attack's. Nothing is ever accepted or read: that a socket became readable is enough.

    Args:
        file: made here, to be written by whoever can.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_text(UNTOUCHED)
        file.chmod(0o666)
        self._sockets = {
            "a TCP connection": socket.create_server(("127.0.0.1", 0)),
            "a UDP datagram": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "an abstract socket's connection": socket.socket(socket.AF_UNIX),
        }
        tcp, udp, abstract = self._sockets.values()
        self.port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", self.port))
        self.socket = f"red-team-{self.port}"
        abstract.bind(f"\0{self.socket}")
        abstract.listen()
        self._victim = psutil.Popen(["sleep", "3600"])

    def touched(self) -> list[str]:
        """What of it an attack has reached."""
        readable = select.select(self._sockets.values(), [], [], 0)[0]
        found = [f"{name} came" for name, listener in self._sockets.items() if listener in readable]
        if not self.file.exists() or self.file.read_text() != UNTOUCHED or self.file.stat().st_nlink > 1:
            found.append("the file was changed")
        if not self._victim.is_running() or self._victim.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED):
            found.append("the process was signalled")
        return found

    @property
    def victim(self) -> int:
        return self._victim.pid

    def close(self) -> None:
        for listener in self._sockets.values():
            listener.close()
        self._victim.send_signal(signal.SIGKILL)
        self._victim.wait()
