"""The warm process inside a sandbox: imports the slow libraries once, then forks for every submission.

It runs no student code and reads no submission. A request is one datagram on standard input, with three descriptors: where
to report, the launcher's orders (a file that only the fork reads), and where the fork's standard output and error go.

A fork is three processes. The *monitor* enters new user, process, mount, network and IPC namespaces, waits, and reports the
exit code. The *first* process of the new process namespace mounts a private scratch and /proc over what the zygote saw,
gives up its capabilities for good, limits itself, and reaps; it dies with the monitor, and the monitor ends it when the
grader hangs up. Its child, the *kernel*, only then reads the orders and becomes ipykernel.
"""

import contextlib
import ctypes
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import traceback

import confine
import launch

_NEW_NAMESPACES = 0x10000000 | 0x20000000 | 0x00020000 | 0x40000000 | 0x08000000 | 0x04000000  # user, pid, mount, net, ipc, uts
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
_REPORT, _ORDERS, _OUTPUT = 3, 4, 5
ZYGOTE = """
import sys
sys.path[0] = "/opt/launch"
import zygote
from room import with_room
del sys.path[0]
with_room(zygote.serve, sys.argv[1:])
"""
_libc = ctypes.CDLL(None, use_errno=True)


def start() -> None:
    """Run by the launcher: unpack the zygote's own orders and become a fresh interpreter in the kernel's environment."""
    _, descriptors, _, _ = socket.recv_fds(socket.socket(fileno=os.dup(0)), 4096, 1)
    with os.fdopen(descriptors[0], "rb") as stream:
        orders = launch.read_orders(stream)
    os.execve(sys.executable, [sys.executable, "-c", ZYGOTE, *orders["imports"]], orders["environment"])


def serve(imports: list[str]) -> None:
    """Import, say whether that worked, and fork at every request until the grader closes its end."""
    requests = socket.socket(fileno=0)
    sys.modules["debugpy"] = None  # see launch.KERNEL
    failed = {}
    gc.disable()  # hardly anything that is imported goes away again, and looking for it takes a fifth of the time
    for name in imports:
        try:
            importlib.import_module(name)
        except ImportError as error:
            failed[name] = str(error)
    gc.freeze()
    gc.enable()
    threads = len(os.listdir("/proc/self/task"))
    requests.send(json.dumps({"threads": threads, "failed": failed}).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # monitors report for themselves
    while threads == 1:  # a fork would copy locks that other threads hold
        data, descriptors, _, _ = socket.recv_fds(requests, 65536, 3)
        if not data:
            return
        if len(descriptors) == 3 and os.fork() == 0:
            _monitor(json.loads(data), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _monitor(request: dict, descriptors: list[int]) -> None:
    """The fork's outer process; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _keep_only(descriptors)
        _enter_namespaces()
        first = os.fork()
        if first == 0:
            _first(request)
        confine.drop_capabilities()
        os.close(_ORDERS)
        os.close(_OUTPUT)
        ended = os.pidfd_open(first)
        if ended not in select.select([ended, _REPORT], [], [])[0]:  # the grader hung up
            signal.pidfd_send_signal(ended, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
        _report("exit", code)
    except BaseException:
        _report_failure()
    os._exit(code & 0xFF)


def _first(request: dict) -> None:
    """The first process of the fork's own process namespace; never returns."""
    try:
        confine.die_with_parent()
        _mount_private(request)
        _raise_loopback()
        _keep_sockets_small()
        _forbid_user_namespaces()
        confine.drop_capabilities()
        confine.limit_resources(**request["limits"])
        confine.filter_system_calls()
        kernel = os.fork()
        if kernel == 0:
            _kernel()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _report("first", 0)
        for descriptor in (_REPORT, _ORDERS, _OUTPUT):
            os.close(descriptor)
        while True:
            ended, status = os.wait()
            if ended == kernel:
                code = os.waitstatus_to_exitcode(status)
                os._exit(code if code >= 0 else 128 - code)
    except BaseException:
        _report_failure()
    os._exit(1)


def _kernel() -> None:
    """The process that student code runs in; never returns."""
    try:
        os.close(_REPORT)
        os.setsid()
        with os.fdopen(_ORDERS, "rb") as stream:
            orders = launch.read_orders(stream)
        os.close(_OUTPUT)
        _become_kernel(orders)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1 if end.code else 0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _keep_only(descriptors: list[int]) -> None:
    """Put the three descriptors in their places, make 0 empty and 1 and 2 the output, and close all others."""
    kept = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100) for descriptor in descriptors]
    for place, descriptor in zip((_REPORT, _ORDERS, _OUTPUT), kept, strict=True):
        os.dup2(descriptor, place, inheritable=False)
    os.dup2(_OUTPUT, 1)
    os.dup2(_OUTPUT, 2)
    launch.detach_input()
    for name in os.listdir("/proc/self/fd"):
        if int(name) > _OUTPUT:
            with contextlib.suppress(OSError):  # the listing's own
                os.close(int(name))


def _enter_namespaces() -> None:
    user, group = os.getuid(), os.getgid()
    _checked(_libc.unshare(_NEW_NAMESPACES), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _mount_private(request: dict) -> None:
    """Cover every place that could be written, and the old /proc, with new ones that only this namespace sees."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    for place, options in request["tmpfs"].items():
        _mount("tmpfs", place, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    if os.readlink("/proc/self") != "1":
        raise OSError("/proc does not show the new process namespace")
    _mount("devpts", "/dev/pts", "devpts", _MS_NOSUID | _MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620")
    os.mkdir(request["temporary"])


def _raise_loopback() -> None:
    """127.0.0.1 works inside, as it does in a cold sandbox."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anything:
        fcntl.ioctl(anything, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: up and running


def _keep_sockets_small() -> None:
    """A TCP socket holds no more than any other: what it holds is no process's memory, and the watchdog counts sockets, not bytes."""
    for name, usual in (("tcp_rmem", 131072), ("tcp_wmem", 16384)):
        with open(f"/proc/sys/net/ipv4/{name}", "w") as file:
            file.write(f"4096 {usual} {confine.ROOM_OF_A_SOCKET}")


def _forbid_user_namespaces() -> None:
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")


def _become_kernel(orders: dict) -> None:
    """What a fresh interpreter would be at this point, with the imports done."""
    os.environ.clear()
    os.environ.update(orders["environment"])
    sys.argv = ["ipykernel_launcher", "-f", orders["scratch"] + "/connection.json", *orders["arguments"]]
    for name in ("zygote", "launch", "confine", "room"):
        sys.modules.pop(name, None)
    importlib.invalidate_caches()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # the standard library's generator reseeds itself after a fork
    import IPython.extensions.storemagic
    from ipykernel.kernelapp import launch_new_instance

    sys.modules["storemagic"] = IPython.extensions.storemagic  # see launch.KERNEL
    launch_new_instance()
    sys.exit(0)


def _mount(source: str, place: str, kind: str | None, flags: int, options: str | None = None) -> None:
    text = [None if value is None else value.encode() for value in (source, place, kind, options)]
    _checked(_libc.mount(text[0], text[1], text[2], flags, text[3]), f"mount {place}")


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _report(kind: str, value: object) -> None:
    """Tell the grader; the kernel adds which process this is, by the number that the host knows it by."""
    with contextlib.suppress(OSError):
        socket.socket(fileno=os.dup(_REPORT)).send(json.dumps({kind: value}).encode())


def _report_failure() -> None:
    _report("failed", traceback.format_exc(limit=-1).strip().splitlines()[-1])
