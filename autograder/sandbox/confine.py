"""What a process inside the sandbox takes from itself before student code runs. Standard library only.

The namespaces that bubblewrap makes are the wall. These are the limits behind it: resource limits, and a system-call
filter that closes kernel doors which no notebook needs (memory that belongs to no process, rare sockets, tracing, mounts, keys,
others' cores).
"""

import ctypes
import os
import platform
import resource
import signal
import struct

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_PR_CAPBSET_READ, _PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 23, 24, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_SECCOMP_MODE_FILTER = 2
_ALLOW, _EPERM, _KILL = 0x7FFF0000, 0x00050001, 0x80000000

# Numbers from the kernel's own tables: (x86_64, aarch64 and every later architecture).
_REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "quotactl": (179, 60),
    "swapon": (167, 224),
    "acct": (163, 89),
    "syslog": (103, 116),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "sched_setaffinity": (203, 122),  # each submission has its share of the cores
}
_SETSOCKOPT = (54, 208)
_SOL_SOCKET = 1
ROOM_OF_A_SOCKET = 208 * 1024
"""Bytes that Linux lets a socket hold where nobody says otherwise."""
_MORE_ROOM = {"SO_SNDBUF": 7, "SO_RCVBUF": 8, "SO_SNDBUFFORCE": 32, "SO_RCVBUFFORCE": 33}
"""Options that make a socket hold more than usual, in memory that no process is charged for."""
_SOCKET, _SOCKETPAIR = (41, 198), (53, 199)
_FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
"""Families of sockets that a notebook may have; the watchdog knows how much one of these holds."""
_IPPROTO_MPTCP = 262
"""Holds what it has received where no limit of TCP's reaches it."""
_AUDIT_ARCHITECTURE = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def limit_resources(file_bytes: int, data_bytes: int, cpu_seconds: int, tasks: int) -> None:
    """Set the limits that the kernel keeps by itself; the watchdog outside keeps those over the whole family.

    ``tasks`` counts processes and threads; 0 sets no limit.
    """
    for name, soft, hard in (
        ("RLIMIT_CORE", 0, 0),
        ("RLIMIT_FSIZE", file_bytes, file_bytes),
        ("RLIMIT_NOFILE", 1024, 1024),
        ("RLIMIT_CPU", cpu_seconds, cpu_seconds + 5),
        ("RLIMIT_DATA", data_bytes, data_bytes),
        ("RLIMIT_NPROC", tasks, tasks),
        ("RLIMIT_MEMLOCK", 64 * 1024, 64 * 1024),
        ("RLIMIT_MSGQUEUE", 0, 0),
        ("RLIMIT_SIGPENDING", 1024, 1024),
    ):
        limit = getattr(resource, name, None)
        if limit is None or (name == "RLIMIT_NPROC" and not tasks):
            continue
        ceiling = resource.getrlimit(limit)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(limit, (soft, hard))


def die_with_parent() -> None:
    """Ask to be killed when the parent is (Linux only); too late if it is dead already, so look."""
    parent = os.getppid()
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    except AttributeError:
        return
    if os.getppid() != parent:
        os._exit(1)


def filter_program() -> bytes | None:
    """The system-call filter that refuses (EPERM) the calls and options above, or None where the machine is not known."""
    known = _AUDIT_ARCHITECTURE.get(platform.machine())
    if known is None:
        return None
    architecture, column = known
    program = [
        _statement(0x20, 4),  # load the architecture
        _jump(0x15, architecture, 1, 0),
        _statement(0x06, _KILL),
        _statement(0x20, 0),  # load the call's number
        _jump(0x35, 0x40000000, 0, 1),  # the x32 table would go round the filter
        _statement(0x06, _EPERM),
    ]
    for numbers in _REFUSED.values():
        program += [_jump(0x15, numbers[column], 0, 1), _statement(0x06, _EPERM)]
    kinds = [_statement(0x20, 32), _jump(0x15, _IPPROTO_MPTCP, 0, 1), _statement(0x06, _EPERM), _statement(0x20, 16)]  # third, first
    for family in _FAMILIES.values():
        kinds += [_jump(0x15, family, 0, 1), _statement(0x06, _ALLOW)]
    kinds.append(_statement(0x06, _EPERM))
    for numbers in (_SOCKET, _SOCKETPAIR):
        program += [_jump(0x15, numbers[column], 0, len(kinds)), *kinds]
    options = [
        _statement(0x20, 24),  # load the second argument, of which the call itself looks at the low half alone
        _jump(0x15, _SOL_SOCKET, 1, 0),
        _statement(0x06, _ALLOW),
        _statement(0x20, 32),  # load the third
    ]
    for option in _MORE_ROOM.values():
        options += [_jump(0x15, option, 0, 1), _statement(0x06, _EPERM)]
    program += [_jump(0x15, _SETSOCKOPT[column], 0, len(options)), *options]
    return b"".join([*program, _statement(0x06, _ALLOW)])


def filter_system_calls() -> None:
    """Put the filter on this process and all it starts; for good."""
    program = filter_program()
    if program is None:
        return
    code = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0):
        raise OSError(ctypes.get_errno(), "the system-call filter was not accepted")


def _statement(code: int, value: int) -> bytes:
    return struct.pack("HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def drop_capabilities() -> None:
    """Give up every capability for good; afterwards this process is an ordinary user in its namespaces."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # those that the kernel does not know are refused
    header, nothing, left = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24), ctypes.create_string_buffer(24)
    if libc.capset(header, nothing) or libc.capget(header, left) or left.raw != nothing:
        raise OSError(ctypes.get_errno(), "the capabilities could not be dropped")
    if any(libc.prctl(_PR_CAPBSET_READ, capability, 0, 0, 0) == 1 for capability in range(64)):
        raise OSError("capabilities could come back")
