"""How Jupyter starts a kernel in a sandbox: kernel provisioners, for anything that speaks Jupyter."""

import asyncio
import os
import shutil
import stat
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGXCPU
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Integer, List, Unicode

from autograder.sandbox import bubblewrap
from autograder.sandbox.errors import SandboxStartError
from autograder.sandbox.files import pack
from autograder.sandbox.fonts import font_lists
from autograder.sandbox.limits import Limits, Verdict
from autograder.sandbox.process import Family, SandboxFamily, add_text, pack_orders
from autograder.sandbox.relay import Relay
from autograder.sandbox.watchdog import Watchdog

_PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


def add_own_files(archive: tarfile.TarFile) -> None:
    """What every sandbox finds in its scratch beside the submission."""
    for name, data in font_lists().items():
        add_text(archive, f"home/.matplotlib/{name}", data)
    for name, text in bubblewrap.OWN_ETC.items():
        add_text(archive, f"etc/{name}", text.encode())


class ConfinedProvisioner(LocalProvisioner):
    """What all kernels of ours have in common: a copy of the submission, ipc sockets, a watchdog, a verdict.

    A subclass says where the kernel runs by ``begin``; so could one for Slurm or Kubernetes.
    """

    limits = Dict(help="Fields of Limits that differ from their defaults.").tag(config=True)
    readonly = Dict(help="Host path: path inside, of files and folders that are shown read-only.").tag(config=True)
    hide = List(help="Host folders that must not be seen, should one lie below a folder that is.").tag(config=True)
    environment = Dict(help="Environment variables added inside.").tag(config=True)
    threads = Integer(0, help="Threads for each numerical library; 0 leaves it to them.").tag(config=True)
    submission = Unicode("", help="The folder to copy in; by default the one Jupyter names.").tag(config=True)

    scratch = bubblewrap.SCRATCH
    sockets = bubblewrap.SOCKETS

    family: Family | None = None
    watchdog: Watchdog | None = None
    relay: Relay | None = None
    _asked_to_end = False
    _found_dead: Verdict | None = None
    _arguments: list[str] = []

    def begin(self, orders: dict, limits: Limits) -> Family:
        """Start the family of processes whose launcher follows ``orders``."""
        raise NotImplementedError

    @property
    def verdict(self) -> Verdict | None:
        """Why the kernel is gone; None while it runs, and when it went because it was asked to."""
        if self.watchdog is not None and self.watchdog.verdict is not None:
            return self.watchdog.verdict
        return self._found_dead

    @property
    def has_process(self) -> bool:
        return self.family is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self._arguments = list(kwargs.get("extra_arguments") or [])
        self.refused: list[str] = []
        self._asked_to_end, self._found_dead = False, None
        self.submission = self.submission or str(kwargs.get("cwd") or os.getcwd())
        self.prepare()
        if self.parent is not None:
            self.parent.transport, self.parent.ip = "ipc", f"{self.sockets}/k"
        return await super().pre_launch(**kwargs)

    def prepare(self) -> None:
        """Whatever must be there before the sockets can be named."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ARG002
        limits = Limits(**self.limits)
        try:
            await asyncio.to_thread(self._launch, limits)
            await self._wait_for_sockets(limits)
        except BaseException:
            await asyncio.to_thread(self._finish)
            raise
        return self.connection_info

    def _launch(self, limits: Limits) -> None:
        info = self.connection_info
        key = info["key"]
        inside = {name: info[name] for name in ("transport", *_PORTS, "signature_scheme")}
        inside |= {"ip": f"{self.sockets}/k", "key": key.decode() if isinstance(key, bytes) else key}
        orders = {
            "scratch": self.scratch,
            "connection": inside,
            "arguments": self._arguments,
            "environment": bubblewrap.environment(self.threads, self.environment, self.scratch),
            "limits": {
                "file_bytes": limits.file_bytes,
                "data_bytes": 2 * limits.memory_bytes,
                "cpu_seconds": int(limits.cpu_seconds) + 1,
                "tasks": 16 * limits.processes,
            },
        }
        self.family = self.begin(orders, limits)
        self.pid = self.family.first
        places = {self.scratch, self.sockets} | ({"/dev/shm"} if self.family.root else set())
        self.watchdog = Watchdog(self.family, limits, [self.family.root + place for place in places])
        self.watchdog.start()
        self.connection_info = {**info, "ip": f"{self.family.root}{self.sockets}/k"}

    def orders_file(self, orders: dict, limits: Limits) -> Any:
        """The orders with the submission's files and ours behind them."""

        def add_files(archive: tarfile.TarFile) -> None:
            self.refused = pack(self.submission, archive, limits)
            add_own_files(archive)

        return pack_orders(orders, add_files)

    async def _wait_for_sockets(self, limits: Limits) -> None:
        assert self.family is not None and self.watchdog is not None
        paths = [f"{self.connection_info['ip']}-{self.connection_info[name]}" for name in _PORTS]
        deadline = time.monotonic() + limits.start_seconds
        while not all(_is_socket(path) for path in paths):
            if self.family.poll() is not None:
                said = self.verdict or self.family.log.strip().splitlines()[-1:] or "it said nothing"
                raise SandboxStartError(f"the sandboxed kernel ended before it was ready: {said}")
            if time.monotonic() > deadline:
                raise SandboxStartError(f"the sandboxed kernel was not ready in {limits.start_seconds:.0f} seconds")
            await asyncio.sleep(0.02)
        self._put_relay_between(limits)

    def _put_relay_between(self, limits: Limits) -> None:
        """From here on the kernel is reached through the relay alone, whoever speaks to it."""
        if not sys.platform.startswith("linux"):  # where there is no sandbox either
            return
        info = self.connection_info
        self.relay = Relay(info["ip"], [info[name] for name in _PORTS], info["iopub_port"], limits)
        self.relay.start()
        self.watchdog.relay = self.relay
        self.connection_info = {**info, "ip": self.relay.ip}

    async def poll(self) -> int | None:
        if self.family is None:
            return 0
        code = self.family.poll()
        if code is not None:
            self._note_death(code)
        return code

    async def wait(self) -> int | None:
        code = 0
        while self.family is not None and (code := await self.poll()) is None:
            await asyncio.sleep(0.02)
        await asyncio.to_thread(self._finish)
        return code

    async def send_signal(self, signum: int) -> None:
        if self.family is None:
            return
        if signum == SIGINT:
            self.family.interrupt()
        else:
            self._asked_to_end = True
            self.family.kill()

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002
        self._asked_to_end = True
        if self.family is not None:
            self.family.kill()

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002
        self._asked_to_end = True

    async def cleanup(self, restart: bool = False) -> None:
        await asyncio.to_thread(self._finish)
        await super().cleanup(restart=restart)

    def get_shutdown_wait_time(self, recommended: float = 5.0) -> float:
        return min(recommended, 2.0)

    def _note_death(self, code: int) -> None:
        if self.watchdog is None or self.watchdog.verdict or self._asked_to_end or self._found_dead:
            return
        if code in (128 + SIGXCPU, -SIGXCPU):
            seconds = self.watchdog.limits.cpu_seconds
            self._found_dead = Verdict("cpu", f"the notebook used more than {seconds:,.0f} seconds of processor time")
        else:
            kind = "killed" if code in (128 + SIGKILL, -SIGKILL) else "died"
            self._found_dead = Verdict(kind, f"the notebook ended its own kernel (exit code {code})")

    def _finish(self) -> None:
        """End what runs and remove what is left; harmless when done twice."""
        family, self.family = self.family, None
        if family is None:
            return
        code = family.poll()
        if code is not None:
            self._note_death(code)
        if self.watchdog is not None:
            self.watchdog.stop(after=family.kill)
        if self.relay is not None:
            self.relay.close()
            self.relay = None
        family.close()


class BubblewrapProvisioner(ConfinedProvisioner):
    """Starts a kernel in a bubblewrap sandbox.

    A kernel spec asks for it, and sets the traits above::

        "metadata": {"kernel_provisioner": {"provisioner_name": "bubblewrap", "config": {"threads": 1}}}
    """

    def begin(self, orders: dict, limits: Limits) -> Family:
        view = bubblewrap.View(self.readonly, self.hide)
        return SandboxFamily(
            lambda info, calls: bubblewrap.command(bubblewrap.launcher(), limits, view, info_fd=info, filter_fd=calls),
            self.orders_file(orders, limits),
        )


class UnsafeProvisioner(ConfinedProvisioner):
    """Starts a kernel with no sandbox around it: for `--unsafe-no-sandbox` alone. The limits hold against accidents."""

    def prepare(self) -> None:
        self.scratch = self.sockets = tempfile.mkdtemp(prefix="kernel-")

    def begin(self, orders: dict, limits: Limits) -> Family:
        orders["limits"]["tasks"] = 0  # the system would count all of this user's processes
        orders["environment"]["PYTHONPATH"] = self._link_course()
        os.mkdir(f"{self.scratch}/tmp")
        program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")), "--die-with-parent"]
        return Family(program, self.orders_file(orders, limits), {"PATH": os.defpath})

    def _link_course(self) -> str:
        """A folder that shows what a sandbox would show below /course."""
        course = Path(self.scratch, "course")
        for host, inside in self.readonly.items():
            if Path(inside).is_relative_to(bubblewrap.COURSE):
                place = course / Path(inside).relative_to(bubblewrap.COURSE)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(os.path.realpath(host))
        return str(course)

    def _finish(self) -> None:
        super()._finish()
        if self.scratch != bubblewrap.SCRATCH:
            shutil.rmtree(self.scratch, ignore_errors=True)


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return False
