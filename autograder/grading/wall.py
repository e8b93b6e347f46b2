"""The grader's end of the wall: requests to a kernel's agent over a Jupyter comm, every reply hostile until rebuilt."""

import contextlib
import secrets
import time
from typing import NoReturn

from jupyter_core.utils import run_sync

from autograder.checks.comm import TARGET
from autograder.checks.expectations import CheckFailure
from autograder.checks.outcomes import Evidence
from autograder.checks.wire import encode

POLL_SECONDS = 0.5
"""How often a silent kernel is asked whether it still lives."""
INSTALL = """
import sys as _sys
_path, _sys.path = _sys.path, [_place for _place in _sys.path if _place]  # a numpy.py beside the notebook is not what the agent needs
from autograder.checks.comm import install as _install
_install(get_ipython())
_sys.path = _path
del _sys, _path, _install
"""


class Wall:
    """Carries requests to the agent in a kernel and brings back its replies; the Transport of a Student.

    Args:
        client: the kernel's client, an AsyncKernelClient with its channels started.
        kernel: the kernel itself; says whether it is alive, and why it was ended.
        seconds: wall time that one call may take.
        max_bytes: the largest reply that is accepted, in bytes.

    Raises:
        CheckFailure: by a call that took too long, during which the kernel ended, or whose reply was missing, too large
            or not of that call.
    """

    def __init__(self, client: object, kernel: object, seconds: float, max_bytes: int) -> None:
        self.client = client
        self.kernel = kernel
        self.seconds = seconds
        self.max_bytes = max_bytes
        self.broken = ""
        """Why the kernel is of no more use; empty as long as it is."""
        self._comm = secrets.token_hex(16)

    def open(self) -> None:
        """Opens the comm. The kernel must have run INSTALL."""
        self._send("comm_open", {"comm_id": self._comm, "target_name": TARGET, "data": {}})

    def __call__(self, request: list[bytes]) -> list[bytes]:
        if self.broken:
            raise CheckFailure(Evidence(f"not run: in an earlier check {self.broken}", tells_nothing=True))
        number = secrets.token_hex(16)
        message = self._send("comm_msg", {"comm_id": self._comm, "data": {"id": number}}, request)
        return run_sync(self._reply)(number, message["header"]["msg_id"])

    def forget_objects(self) -> None:
        """Lets the agent drop the models and figures of a task that is done."""
        if not self.broken:
            with contextlib.suppress(CheckFailure):
                self(encode({"do": "release"}))

    def _send(self, kind: str, content: dict, buffers: list[bytes] = ()) -> dict:
        message = self.client.session.msg(kind, content)
        run_sync(self._send_message)(message, list(buffers))
        return message

    async def _send_message(self, message: dict, buffers: list[bytes]) -> None:
        self.client.session.send(self.client.shell_channel.socket, message, buffers=buffers)

    async def _reply(self, number: str, request: str) -> list[bytes]:
        """The buffers of the first reply that carries this call's number."""
        deadline = time.monotonic() + self.seconds
        while (left := deadline - time.monotonic()) > 0:
            message = await self._next(min(left, POLL_SECONDS))
            if message is None:
                if not self.kernel.is_alive():
                    self._give_up(str(self.kernel.verdict or "the kernel died"))
                continue
            if self._answers(message, number):
                buffers = [bytes(buffer) for buffer in message["buffers"]]
                if sum(map(len, buffers)) > self.max_bytes:
                    raise CheckFailure(Evidence(f"the result is larger than {self.max_bytes / 2**20:.0f} MiB", tells_nothing=True))
                return buffers
            if _is_end(message, request):
                problem = "the call gave no answer: the notebook has changed how its kernel replies"
                raise CheckFailure(Evidence(problem, tells_nothing=True))
        return self._give_up(f"the call took more than {self.seconds:g} seconds", "look for a loop that does not end")

    def _give_up(self, reason: str, hint: str = "") -> NoReturn:
        self.broken = reason
        raise CheckFailure(Evidence(reason, hint=hint, tells_nothing=True))

    async def _next(self, seconds: float) -> dict | None:
        """The kernel's next published message, or None when none comes or it is not one."""
        try:
            return await self.client.get_iopub_msg(timeout=seconds)
        except Exception:  # nothing came (Empty, TimeoutError), or bytes that are no message: neither is an answer
            return None

    def _answers(self, message: dict, number: str) -> bool:
        content = message.get("content")
        if message.get("msg_type") != "comm_msg" or type(content) is not dict or content.get("comm_id") != self._comm:
            return False
        data = content.get("data")
        return type(data) is dict and data.get("id") == number


def _is_end(message: dict, request: str) -> bool:
    """Whether the kernel says that it is done with the request."""
    content, parent = message.get("content"), message.get("parent_header")
    return (
        message.get("msg_type") == "status"
        and type(content) is dict
        and content.get("execution_state") == "idle"
        and type(parent) is dict
        and parent.get("msg_id") == request
    )
