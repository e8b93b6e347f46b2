"""Warm kernels: one process inside a sandbox has imported the slow libraries, and forks for every submission.

Each fork has namespaces, scratch and limits of its own before any student code runs (see zygote.py). Whenever a warm kernel
cannot be had, the submission gets a cold one in a sandbox of its own, which gives the same results later.
"""

import atexit
import contextlib
import json
import os
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from autograder.sandbox import bubblewrap
from autograder.sandbox.errors import SandboxError
from autograder.sandbox.files import folder_member
from autograder.sandbox.kernel import SandboxedKernel
from autograder.sandbox.limits import MIB, Limits, Verdict
from autograder.sandbox.process import Family, SandboxFamily, pack_orders
from autograder.sandbox.provisioner import BubblewrapProvisioner, add_own_files
from autograder.sandbox.turns import Turns
from autograder.sandbox.warm_family import NotWarm, WarmFamily

OF_THE_KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "tornado.platform.asyncio",
    "IPython.core.completerlib",
    "IPython.core.debugger_backport",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "autograder.checks.comm",
)
"""What every kernel imports on its way to its first cell, and our agent."""
IMPORTS = ("tensorflow", "keras", "pandas", "seaborn", "matplotlib.pyplot", *OF_THE_KERNEL)
"""What a pool imports unless told otherwise; what is not installed is left out."""

LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""For the warm process: every fork copies its table of pages, in a quarter less time where its allocator took large ones. Forks keep it;
cold kernels do without, and other C libraries ignore it."""

LIVES = 4
"""Warm processes that a pool may use up."""


class WarmPool:
    """Kernels that start in a fraction of a second, each in a sandbox of its own.

    Example::

        with WarmPool(readonly={...}, threads=1) as pool:
            with pool.kernel("submitted/ada/rnn") as kernel:
                ...
    """

    def __init__(
        self,
        *,
        readonly: Mapping[str | os.PathLike, str] = {},
        hide: Sequence[str | os.PathLike] = (),
        environment: Mapping[str, str] = {},
        threads: int | None = None,
        imports: Sequence[str] = IMPORTS,
    ) -> None:
        """All as for SandboxedKernel, and ``imports``: the modules that kernels find imported."""
        self.readonly = {os.fspath(host): inside for host, inside in readonly.items()}
        self.hide = [os.fspath(folder) for folder in hide]
        self.environment, self.threads, self.imports = dict(environment), threads, tuple(imports)
        self._why_cold: str | None = "the pool was not started"
        self._starting: threading.Thread | None = None
        self._zygote: SandboxFamily | None = None
        self._requests: socket.socket | None = None
        self._lock = threading.RLock()
        self._lives = LIVES

    def __enter__(self) -> "WarmPool":
        return self.begin()

    def __exit__(self, *error: object) -> None:
        self.close()

    def begin(self) -> "WarmPool":
        """Start the warm process unless it is started, and leave it to its imports; who needs them waits for them."""
        with self._lock:
            if self._starting is None:
                starting = threading.Thread(target=self._start_or_say_why, name="warm-pool", daemon=True)
                starting.start()  # first, for whoever finds it waits for it
                self._starting = starting
        return self

    def start(self) -> "WarmPool":
        """Start the warm process and wait for its imports; if it fails, ``why_cold`` says why and kernels start cold."""
        self.begin()._wait()
        return self

    @property
    def why_cold(self) -> str | None:
        """Why kernels start cold; None where they do not."""
        self._wait()
        return self._why_cold

    def kernel(
        self,
        submission: str | os.PathLike,
        *,
        limits: Limits = Limits(),
        environment: Mapping[str, str] = {},
        turns: Turns | None = None,
    ) -> "WarmKernel":
        """A kernel for a submission, not yet started; ``environment`` is added to the pool's."""
        return WarmKernel(self, submission, limits, environment, turns)

    def fork(self, orders: dict, files: BinaryIO, limits: Limits) -> WarmFamily:
        """A new fork that follows the orders, or NotWarm."""
        self._wait()
        requests = self._requests
        if requests is None:
            raise NotWarm(self._why_cold or "the pool is closed")
        report, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        report.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        reading, writing = os.pipe()
        try:
            with files, theirs, self._lock:
                socket.send_fds(requests, [json.dumps(_request(orders, limits)).encode()], [theirs.fileno(), files.fileno(), writing])
        except OSError as error:
            os.close(reading)
            report.close()
            self._begin_again(requests)
            raise NotWarm(f"the warm process is gone ({error.strerror})") from error
        finally:
            os.close(writing)
        return WarmFamily(report, os.fdopen(reading, "rb"))

    def close(self) -> None:
        """End the warm process, even one that still imports; kernels that it forked end with it."""
        with self._lock:
            starting, self._starting = self._starting, None
        while starting is not None and starting.is_alive():
            if (zygote := self._zygote) is not None:
                zygote.kill()
            starting.join(0.05)
        self._end()
        self._why_cold = "the pool is closed"

    def _begin_again(self, lost: socket.socket) -> None:
        """Start another warm process in the background for one that is gone: whoever asked gets a cold kernel, later ones warm ones."""
        with self._lock:
            if self._requests is not lost:  # another thread has seen to it
                return
            self._end()
            self._lives -= 1
            self._why_cold = "the warm process ended again and again"
            if self._lives > 0:
                self._starting = None
                self.begin()

    def _wait(self) -> None:
        with self._lock:
            starting = self._starting
        if starting is not None:
            starting.join()

    def _start_or_say_why(self) -> None:
        try:
            self._start()
        except (NotWarm, SandboxError, OSError) as error:
            self._end()
            self._why_cold = str(error)

    def _end(self) -> None:
        with self._lock:
            if self._requests is not None:
                self._requests.close()
                self._requests = None
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._follow_imports(ours, theirs)
        except BaseException:
            ours.close()
            raise
        with self._lock:  # only now, for what anybody sends before the orders would be taken for them
            self._requests, self._why_cold = ours, None

    def _follow_imports(self, ours: socket.socket, theirs: socket.socket) -> None:
        """Start the warm process at the other end and wait until it can be forked."""
        view = bubblewrap.View(self.readonly, self.hide)
        self._zygote = SandboxFamily(
            lambda info, _: bubblewrap.command(bubblewrap.launcher("--zygote"), Limits(), view, nested=True, info_fd=info),
            theirs,
            filtered=False,
        )
        environment = bubblewrap.environment(1, LARGE_PAGES | self.environment)
        orders = {"scratch": bubblewrap.SCRATCH, "connection": {}, "imports": self.imports, "environment": environment}
        with pack_orders(orders, _add_nothing_but_ours) as files:
            socket.send_fds(ours, [b"orders"], [files.fileno()])
        ours.settimeout(Limits().start_seconds)
        try:
            said = ours.recv(65536)
        except TimeoutError:
            said = b""
        if not said:
            raise NotWarm(f"the warm process did not start: {self._zygote.log.strip()[-500:] or 'it said nothing'}")
        threads = json.loads(said)["threads"]
        if threads != 1:
            raise NotWarm(f"the imports started {threads - 1} threads, and a process with threads cannot be forked safely")


class WarmProvisioner(BubblewrapProvisioner):
    """Forks a kernel from a warm pool, or starts one in a sandbox of its own.

    Where a kernel spec asks for it, all kernels of one process with the same configuration share a pool.
    """

    pool: WarmPool | None = None

    def begin(self, orders: dict, limits: Limits) -> Family:
        if self.pool is None:
            self.pool = _shared_pool(self.readonly, self.hide, self.threads)
        with contextlib.suppress(NotWarm):
            return self.pool.fork(orders, self.orders_file(orders, limits), limits)
        return super().begin(orders, limits)

    def _note_death(self, code: int) -> None:
        if getattr(self.family, "lost", False) and self.verdict is None and not self._asked_to_end:
            self._found_dead = Verdict(
                "stopped", "the grader's warm process ended, and the kernel with it; this is not the notebook's doing"
            )
        super()._note_death(code)


_shared: dict[str, WarmPool] = {}
_sharing = threading.Lock()


def _shared_pool(readonly: Mapping[str, str], hide: Sequence[str], threads: int) -> WarmPool:
    """This process's pool for such kernels, which ends with the process."""
    with _sharing:
        name = json.dumps([os.getpid(), dict(readonly), list(hide), threads], sort_keys=True)
        if name not in _shared:
            _shared[name] = WarmPool(readonly=readonly, hide=hide, threads=threads or None).start()
            atexit.register(_shared[name].close)
        return _shared[name]


class WarmKernel(SandboxedKernel):
    """A SandboxedKernel from a pool."""

    provisioner = WarmProvisioner

    def __init__(
        self, pool: WarmPool, submission: str | os.PathLike, limits: Limits, environment: Mapping[str, str], turns: Turns | None = None
    ) -> None:
        super().__init__(
            submission,
            limits=limits,
            readonly=pool.readonly,
            hide=pool.hide,
            environment={**pool.environment, **environment},
            threads=pool.threads,
            turns=turns,
        )
        self.manager.provisioner.pool = pool

    @property
    def is_warm(self) -> bool:
        """Whether the kernel was forked; False for one that started cold."""
        return isinstance(self.manager.provisioner.family, WarmFamily)


def _request(orders: dict, limits: Limits) -> dict:
    room = limits.scratch_bytes + bubblewrap.ROOM_FOR_NOTICE
    return {
        "limits": orders["limits"],
        "temporary": f"{bubblewrap.SCRATCH}/tmp",
        "tmpfs": {
            bubblewrap.SCRATCH: f"size={room},nr_inodes={limits.scratch_files + 1000},mode=0755",
            bubblewrap.SOCKETS: f"size={MIB},nr_inodes=100,mode=0700",
            "/dev/shm": f"size={64 * MIB},nr_inodes=10000,mode=1777",
        },
    }


def _add_nothing_but_ours(archive: object) -> None:
    archive.addfile(folder_member("work"))
    add_own_files(archive)
