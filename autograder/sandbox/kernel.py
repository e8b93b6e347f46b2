"""One submission's kernel, from its start to the moment nothing of it is left."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import asdict

from jupyter_client import AsyncKernelManager, KernelClient
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import port_names
from jupyter_client.kernelspec import KernelSpec

from autograder.sandbox import bubblewrap
from autograder.sandbox.limits import Limits, Verdict
from autograder.sandbox.provisioner import BubblewrapProvisioner, ConfinedProvisioner, UnsafeProvisioner
from autograder.sandbox.turns import Turns


class ConfinedKernelManager(AsyncKernelManager):
    """A kernel manager that needs no installed kernel spec or entry point, and writes no connection file."""

    def __init__(self, provisioner: type[ConfinedProvisioner], options: dict) -> None:
        super().__init__(kernel_name="python3")
        self._kernel_spec = KernelSpec(argv=["python"], display_name="Python in a sandbox", language="python")
        self.provisioner = provisioner(kernel_spec=self._kernel_spec, parent=self, **options)
        self._clients: list[KernelClient] = []

    def write_connection_file(self, **kwargs: object) -> None:  # noqa: ARG002
        """The launcher is told on its standard input; nothing is written."""
        for number, name in enumerate(port_names, start=1):
            setattr(self, name, number)

    def client(self, **kwargs: object) -> AsyncKernelClient:
        """A client for nbclient."""
        self._clients.append(client := super().client(**kwargs))
        return client

    def blocking_client(self) -> BlockingKernelClient:
        """A client for plain calls."""
        client = BlockingKernelClient(parent=self)
        client.load_connection_info(self.get_connection_info())
        self._clients.append(client)
        return client

    def close_clients(self) -> None:
        """Close the clients that were handed out; nbclient leaves its own open when the manager is not its own."""
        while self._clients:
            client = self._clients.pop()
            with contextlib.suppress(Exception):
                client.stop_channels()
                client.context.destroy(linger=0)


class SandboxedKernel:
    """A kernel in a sandbox, on a private copy of a submission's files.

    Use it as a context manager; whatever happens in between, nothing of it is left afterwards::

        with SandboxedKernel("submitted/ada/rnn", limits=Limits(memory_bytes=2 * GIB)) as kernel:
            NotebookClient(notebook, km=kernel.manager, timeout=kernel.limits.cell_seconds).execute()
        print(kernel.verdict or "ran to its end")
    """

    provisioner: type[ConfinedProvisioner] = BubblewrapProvisioner

    def __init__(
        self,
        submission: str | os.PathLike,
        *,
        limits: Limits = Limits(),
        readonly: Mapping[str | os.PathLike, str] = {},
        hide: Sequence[str | os.PathLike] = (),
        environment: Mapping[str, str] = {},
        threads: int | None = None,
        turns: Turns | None = None,
    ) -> None:
        """
        Args:
            submission: The folder of the student's files; copied in, never written.
            limits: What the submission may use.
            readonly: Host path: path inside, shown read-only; below ``/course`` it can be imported.
            hide: Host folders never to be seen, should one lie below a folder that is.
            environment: Variables added inside; nothing of the host's environment comes along.
            threads: Threads for each numerical library; None leaves it to them.
            turns: Whose turn it is to compute, among kernels that share them; None: it is always this one's.
        """
        self.limits, self._turns = limits, turns
        options = {
            "submission": os.fspath(submission),
            "limits": asdict(limits),
            "readonly": {os.fspath(host): inside for host, inside in readonly.items()},
            "hide": [os.fspath(folder) for folder in hide],
            "environment": dict(environment),
            "threads": threads or 0,
        }
        self.manager = ConfinedKernelManager(self.provisioner, options)
        self._client: BlockingKernelClient | None = None

    def __enter__(self) -> "SandboxedKernel":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.close()

    def start(self) -> "SandboxedKernel":
        """Start the kernel and wait until its sockets are there."""
        try:
            _finish(self._start())
        except BaseException:
            self.close()
            raise
        return self

    async def _start(self) -> None:
        await self.manager.start_kernel(extra_arguments=["--HistoryManager.enabled=False"])
        self.manager._close_control_socket()  # it belongs to this event loop; Jupyter makes another when it needs one

    @property
    def client(self) -> BlockingKernelClient:
        """A blocking client, connected and ready; nbclient makes its own from ``manager``."""
        if self._client is None:
            client = self.manager.blocking_client()
            client.start_channels()
            client.wait_for_ready(timeout=self.limits.start_seconds)
            self._client = client
        return self._client

    @property
    def verdict(self) -> Verdict | None:
        """Why the kernel is gone; None while it runs, and when it was only closed."""
        self.is_alive()
        return self.manager.provisioner.verdict

    @property
    def refused(self) -> list[str]:
        """What of the submission's folder was not copied in, one sentence each."""
        return self.manager.provisioner.refused

    @property
    def peak_memory(self) -> int:
        """The most memory in use at once, in bytes, as the watchdog saw it."""
        watchdog = self.manager.provisioner.watchdog
        return watchdog.peak_memory if watchdog else 0

    @property
    def cpu_seconds(self) -> float:
        """Processor time used, in seconds, as the watchdog saw it."""
        watchdog = self.manager.provisioner.watchdog
        return watchdog.cpu_seconds if watchdog else 0.0

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for this kernel's turn, and keeps it to the cores that are then its own. The waiting is none of its wall time.

        To be called before any student code runs, which could start something that keeps to no cores.
        """
        provisioner = self.manager.provisioner
        if self._turns is None or provisioner.family is None:
            yield
            return
        with contextlib.ExitStack() as stack:
            with provisioner.watchdog.stopped_clock():
                cores = stack.enter_context(self._turns.take())
            if cores:
                provisioner.family.keep_to(cores)
            yield

    @contextlib.contextmanager
    def in_a_cell(self) -> Iterator[None]:
        """Holds what runs inside to the processor time of one cell."""
        watchdog = self.manager.provisioner.watchdog
        if watchdog is None:
            yield
            return
        watchdog.begin_cell()
        try:
            yield
        finally:
            watchdog.end_cell()

    def is_alive(self) -> bool:
        family = self.manager.provisioner.family
        if family is None:
            return False
        code = family.poll()
        if code is not None:
            self.manager.provisioner._note_death(code)
        return code is None

    def interrupt(self) -> None:
        """Press Ctrl-C in the kernel."""
        if self.manager.provisioner.family is not None:
            self.manager.provisioner.family.interrupt()

    def end(self, kind: str, sentence: str) -> None:
        """Kill the kernel for a reason of the caller's (a cell's or a check's time), which becomes the verdict."""
        watchdog = self.manager.provisioner.watchdog
        if watchdog is not None:
            watchdog.end(kind, sentence)

    def close(self) -> None:
        """End the kernel and wait until nothing of it is left."""
        self._client = None
        self.manager.close_clients()
        self.manager.provisioner._finish()
        _finish(self.manager.cleanup_resources())


class UnsafeKernel(SandboxedKernel):
    """The same without a sandbox: student code can do all that the grader's user can. For `--unsafe-no-sandbox` only."""

    provisioner = UnsafeProvisioner


def open_kernel(submission: str | os.PathLike, *, unsafe_no_sandbox: bool = False, **options) -> SandboxedKernel:
    """A kernel for a submission: sandboxed, or unprotected when that very word was said."""
    if unsafe_no_sandbox:
        return UnsafeKernel(submission, **options)
    bubblewrap.probe()
    return SandboxedKernel(submission, **options)


def _finish(work: Coroutine) -> None:
    """Run Jupyter's coroutine to its end, whether or not this thread has an event loop running."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="sandbox-jupyter")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
