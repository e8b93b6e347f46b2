"""One sandbox as a family of processes on the host: start it, look at it, end all of it."""

import contextlib
import io
import json
import os
import select
import signal
import subprocess
import tarfile
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

import psutil

from autograder.sandbox.bubblewrap import Command
from autograder.sandbox.confine import filter_program
from autograder.sandbox.errors import SandboxStartError

_LOG_BYTES = 64 * 1024


def pack_orders(orders: dict, add_files: Callable[[tarfile.TarFile], None]) -> BinaryIO:
    """What the launcher reads on standard input: a file without a name, so that nothing stays whatever happens."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        stream.write(json.dumps(orders).encode() + b"\n")
        with tarfile.open(fileobj=stream, mode="w|") as archive:
            add_files(archive)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return stream


def add_text(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add a small file of ours to an archive."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    archive.addfile(member, io.BytesIO(data))


class Family:
    """A process and all that descend from it, without a sandbox around them."""

    root = ""
    """The family's root folder as the host reaches it."""
    socket_limits = ("core/wmem_default", "core/rmem_default", "ipv4/tcp_wmem", "ipv4/tcp_rmem")
    """The system's settings, below /proc/sys/net/, that say how much one of its sockets can hold."""

    def __init__(self, line: Sequence[str], orders: BinaryIO, environment: dict[str, str]) -> None:
        self._begin(line, orders, environment)
        self.first = self._process.pid

    def _begin(
        self,
        line: Sequence[str],
        orders: BinaryIO,
        environment: dict[str, str],
        descriptors: Sequence[int] = (),
    ) -> None:
        with orders:
            self._process = _start(line, orders, environment, descriptors)
        self._listen(self._process.stdout)

    def _listen(self, output: BinaryIO) -> None:
        self._output = output
        self.started = time.monotonic()
        self.log_bytes = 0
        self._log: deque[bytes] = deque()
        self._reader = threading.Thread(target=self._drain, name="sandbox-log", daemon=True)
        self._reader.start()

    @property
    def log(self) -> str:
        """The end of what the family wrote to its original standard output and error."""
        return b"".join(self._log)[-_LOG_BYTES:].decode(errors="replace")

    def members(self) -> list[psutil.Process]:
        """Every living process of the family."""
        try:
            first = psutil.Process(self.first)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def keep_to(self, cores: Sequence[int]) -> None:
        """Let the family compute on these cores alone, and all that it starts from now on; the filter refuses student code to undo it.

        Where the system refuses (root without the right to it, in a container) the family has all cores, as if there were no shares.
        """
        for member in self.members():
            with contextlib.suppress(psutil.NoSuchProcess):
                for thread in member.threads():
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.sched_setaffinity(thread.id, cores)

    def interrupt(self) -> None:
        """Press Ctrl-C in the kernel."""
        kernel = self._kernel()
        with contextlib.suppress(psutil.NoSuchProcess):
            if kernel is not None:
                kernel.send_signal(signal.SIGINT)

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End the whole family, without asking and without waiting."""
        for member in self.members():
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the family and wait until nothing of it is left."""
        self.kill()
        self._process.wait()
        self._reader.join(5)

    def _kernel(self) -> psutil.Process | None:
        try:
            return psutil.Process(self.first)
        except psutil.NoSuchProcess:
            return None

    def _drain(self) -> None:
        kept = 0
        with self._output as source:
            while block := source.read1(65536):
                self.log_bytes += len(block)
                self._log.append(block)
                kept += len(block)
                while kept > 2 * _LOG_BYTES and len(self._log) > 1:
                    kept -= len(self._log.popleft())


class SandboxFamily(Family):
    """A sandbox: bwrap outside, its first process inside, and all that descend from it."""

    def __init__(self, command: Callable[[int, int | None], Command], orders: BinaryIO, filtered: bool = True) -> None:
        """Start a sandbox.

        Args:
            command: Gives the command for two descriptors: where bwrap names its first process, and where it reads its filter.
            orders: The standard input.
            filtered: Whether the system-call filter is put on all inside.
        """
        reading, writing = os.pipe()
        program = filter_program() if filtered else None
        filtering = None if program is None else _readable(program)
        wanted = command(writing, filtering)
        options = _readable(b"".join(os.fsencode(option) + b"\0" for option in wanted.options))
        descriptors = [number for number in (writing, options, filtering) if number is not None]
        try:
            self._begin(wanted.line(options), orders, {}, descriptors)
        finally:
            for number in descriptors:
                os.close(number)
        with os.fdopen(reading, "rb") as information:
            self.first = self._read_first(information)
        self._handle = os.pidfd_open(self.first)
        self.root = f"/proc/{self.first}/root"

    def kill(self) -> None:
        """End the whole sandbox: the kernel ends all of a process namespace with its first process."""
        with contextlib.suppress(ProcessLookupError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        if self._handle is None:
            return
        if not select.select([self._handle], [], [], 10)[0]:
            raise SandboxStartError(f"the sandbox's first process {self.first} does not end")
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        os.close(self._handle)
        self._handle = None

    def _read_first(self, information: BinaryIO) -> int:
        ready = select.select([information], [], [], 30)[0]
        said = information.read() if ready else b""
        if not said:
            self._process.kill()
            self._process.wait()
            self._reader.join(5)
            raise SandboxStartError(f"bwrap did not start: {self.log.strip() or 'it said nothing'}")
        return json.loads(said)["child-pid"]

    def _kernel(self) -> psutil.Process | None:
        """The first process reaps; its eldest child is the kernel."""
        try:
            children = psutil.Process(self.first).children()
        except psutil.NoSuchProcess:
            return None
        return min(children, key=lambda child: child.create_time(), default=None)


def _readable(data: bytes) -> int:
    """A descriptor from which ``data`` can be read, of a file that has no name."""
    descriptor = os.memfd_create("sandbox")
    os.write(descriptor, data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


_starter: tuple[int, ThreadPoolExecutor] | None = None


def _start(line: Sequence[str], orders: BinaryIO, environment: dict[str, str], descriptors: Sequence[int]) -> subprocess.Popen:
    """Start a program from a thread that lives as long as this process does.

    "Die with the parent" means the thread that started the program, and Jupyter starts kernels in passing threads.
    """
    global _starter
    if _starter is None or _starter[0] != os.getpid():
        _starter = os.getpid(), ThreadPoolExecutor(1, thread_name_prefix="sandbox-starter")
    options = {"stdin": orders, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "env": environment}
    options |= {"pass_fds": list(descriptors), "start_new_session": True}
    return _starter[1].submit(subprocess.Popen, list(line), **options).result()
