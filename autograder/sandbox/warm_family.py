"""One fork of the warm process: a kernel in namespaces of its own, seen from the grader's side."""

import json
import os
import select
import signal
import socket
import struct
import threading
import time
from typing import BinaryIO

from autograder.sandbox.errors import SandboxError
from autograder.sandbox.process import SandboxFamily


class NotWarm(SandboxError):
    """There is no warm kernel to be had, and why."""


class WarmFamily(SandboxFamily):
    """A fork of the zygote: the first process of its own process namespace, and all that descend from it."""

    socket_limits = ("core/wmem_default", "core/rmem_default")  # TCP's are set in its own network: see zygote.py

    def __init__(self, report: socket.socket, output: BinaryIO) -> None:
        """Wait until the fork has everything of its own, or raise NotWarm."""
        self._report, self._code = report, None
        self._reading = threading.Lock()
        self.lost = False
        self._listen(output)
        try:
            self.first = self._await_first()
            self._handle = os.pidfd_open(self.first)
        except BaseException:
            report.close()
            raise
        self.root = f"/proc/{self.first}/root"

    def poll(self) -> int | None:
        with self._reading:  # the exit code is said once, and several threads ask
            if self._code is None and self._handle is not None and select.select([self._handle], [], [], 0)[0]:
                self._code = self._exit_code()
            return self._code

    def close(self) -> None:
        self.kill()
        if self._handle is None:
            return
        if not select.select([self._handle], [], [], 10)[0]:
            raise SandboxError(f"the sandbox's first process {self.first} does not end")
        self.poll()
        with self._reading:
            handle, self._handle = self._handle, None
            os.close(handle)
            self._report.close()
        self._reader.join(5)

    def _await_first(self) -> int:
        deadline = time.monotonic() + 30
        while (said := self._next_report(deadline - time.monotonic())) is not None:
            report, process = said
            if "first" in report:
                return process
            raise NotWarm(f"the warm process could not fork: {report.get('failed', report)}")
        raise NotWarm("the warm process did not fork in time")

    def _exit_code(self) -> int:
        """As the monitor reports it; by SIGKILL if it cannot."""
        while (said := self._next_report(2.0)) is not None:
            if "exit" in said[0]:
                code = said[0]["exit"]
                return code if code >= 0 else 128 - code
        self.lost = True  # the monitor is gone, which no student code can reach
        return 128 + signal.SIGKILL

    def _next_report(self, seconds: float) -> tuple[dict, int] | None:
        """What the fork's own processes say, and which process says it; student code has no way to this socket."""
        self._report.settimeout(max(seconds, 0.001))
        try:
            data, ancillary, _, _ = self._report.recvmsg(4096, socket.CMSG_SPACE(12))
        except (TimeoutError, OSError):
            return None
        process = next((struct.unpack("iII", payload)[0] for _, kind, payload in ancillary if kind == socket.SCM_CREDENTIALS), 0)
        return (json.loads(data), process) if data else None
