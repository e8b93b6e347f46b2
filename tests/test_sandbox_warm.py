"""Forked kernels: what they share with the process they come from and with each other, which must be nothing."""

import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import Limits, SandboxedKernel, SandboxUnavailable, bubblewrap, warm
from autograder.sandbox.turns import Turns
from autograder.sandbox.warm import NotWarm, WarmPool

CLONE = Path(bubblewrap.__file__).resolve().parents[2]

try:
    bubblewrap.probe()
except SandboxUnavailable as reason:
    pytestmark = pytest.mark.skip(reason=str(reason))


def ask(kernel: SandboxedKernel, code: str) -> str:
    """What the code prints, or its error."""
    said = []

    def collect(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "stream":
            said.append(content["text"])
        elif message["msg_type"] == "error":
            said.append(f"{content['ename']}: {content['evalue']}")

    kernel.client.execute_interactive(code, output_hook=collect, timeout=120, allow_stdin=False)
    return "".join(said).strip()


@pytest.fixture(scope="module")
def submission(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("submission")
    (folder / "notes.txt").write_text("notes")
    return folder


@pytest.fixture(scope="module")
def pool():
    with WarmPool(threads=1) as pool:
        assert pool.why_cold is None
        yield pool


@pytest.fixture
def pair(pool, submission):
    """Two forks that run at the same time."""
    with pool.kernel(submission) as one, pool.kernel(submission) as other:
        assert one.is_warm and other.is_warm
        yield one, other


def test_the_libraries_are_there_at_once(pool, submission):
    with pool.kernel(submission) as kernel:
        assert ask(kernel, "import sys; print('keras' in sys.modules, 'seaborn' in sys.modules)") == "True True"
        assert ask(kernel, "import sys; print([name for name in ('zygote', 'launch', 'confine', 'room') if name in sys.modules])") == "[]"


def test_warm_and_cold_look_the_same(pool, submission):
    """Environment, import path, arguments, folder, files around: as in a sandbox of its own."""
    code = """
import os, sys
print(sorted(os.environ.items()), sys.path, sys.argv[1:], os.getcwd(), sorted(os.listdir("..")), sorted(os.listdir("/")),
      os.getuid(), os.getpid(), os.umask(0o022), sys.flags, __name__, sorted(name for name in dir() if not name.startswith("_")))
"""
    with pool.kernel(submission) as warm, SandboxedKernel(submission, threads=1) as cold:
        assert ask(warm, code) == ask(cold, code)


def test_warm_and_cold_give_the_same_numbers(pool, submission):
    code = """
import keras, numpy
keras.utils.set_random_seed(7)
model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4), keras.layers.Dense(1)])
model.compile("adam", "mse")
data = numpy.random.default_rng(1).normal(size=(16, 5, 3))
print([round(loss, 6) for loss in model.fit(data, data[:, 0, :1], epochs=3, verbose=0).history["loss"]])
"""
    with pool.kernel(submission) as warm, SandboxedKernel(submission, threads=1) as cold:
        numbers = ask(warm, code).splitlines()[-1]
        assert numbers.startswith("[") and numbers == ask(cold, code).splitlines()[-1]


def test_forks_do_not_share_their_luck(pair):
    code = "import random, numpy, uuid; print(random.random(), numpy.random.rand(), uuid.uuid4())"
    first, second = (ask(kernel, code).split() for kernel in pair)
    assert not set(first) & set(second)


@pytest.mark.parametrize("place", ["/tmp", "/home/student", "/home/student/work", "/dev/shm", "/run/kernel"])
def test_a_fork_does_not_see_its_siblings_files(pair, place):
    one, other = pair
    if place == "/tmp" and Path(sys.prefix).resolve().is_relative_to("/tmp"):
        assert "Read-only" in ask(one, "open('/tmp/mine', 'w')"), "with Python below it, /tmp is nobody's to write"
        return
    assert ask(one, f"print(open('{place}/mine', 'w').write('x'))") == "1"
    assert ask(other, f"import os; print(os.path.exists('{place}/mine'))") == "False"


def test_a_fork_sees_no_process_but_its_own(pair, pool):
    one, other = pair
    ask(one, "import subprocess; child = subprocess.Popen(['sleep', '600'])")
    listing = ask(other, "import os\nfor p in os.listdir('/proc'):\n if p.isdigit(): print(p, open(f'/proc/{p}/comm').read().strip())")
    assert sorted(int(line.split()[0]) for line in listing.splitlines()) == [1, 2]
    on_the_host = [one.manager.provisioner.family.first, pool._zygote.first, os.getpid()]
    for process in on_the_host:
        if process > 100:  # smaller numbers may be the fork's own threads
            assert ask(other, f"open('/proc/{process}/mem', 'rb')").startswith("FileNotFoundError")
            assert ask(other, f"import os; os.kill({process}, 0)").startswith("ProcessLookupError")


def test_a_fork_cannot_signal_everyone(pair):
    """kill(-1) reaches all that a process can see: only itself."""
    one, other = pair
    assert ask(one, "import os, signal; signal.signal(15, signal.SIG_IGN); os.kill(-1, 15)") in (
        "",
        "ProcessLookupError: [Errno 3] No such process",
    )
    assert ask(other, "print(1 + 1)") == "2"


def test_a_fork_has_a_network_of_its_own(pair):
    one, other = pair
    listen = "import socket; s = socket.create_server(('127.0.0.1', 0)); a = socket.socket(socket.AF_UNIX); a.bind('\\0here'); a.listen()"
    port = ask(one, listen + "; print(s.getsockname()[1])")
    assert ask(one, f"socket.create_connection(('127.0.0.1', {port}), timeout=5)") == ""
    assert ask(other, f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=5)").startswith("ConnectionRefusedError")
    assert ask(other, "socket.socket(socket.AF_UNIX).connect('\\0here')").startswith("ConnectionRefusedError")


def test_a_fork_has_terminals_of_its_own(pair):
    one, other = pair
    assert ask(one, "import os, pty; ends = pty.openpty(); print(os.ttyname(ends[1]))") == "/dev/pts/0"
    assert "0" not in ask(other, "import os; print(os.listdir('/dev/pts'))")


def test_no_way_back_to_the_process_it_came_from(pool, submission):
    """Neither the kernel nor its first process holds the grader's sockets, the sibling's or the zygote's."""
    inodes = set()
    for process in (psutil.Process(), psutil.Process(pool._zygote.first), *psutil.Process(pool._zygote.first).children()):
        inodes |= _sockets(process.pid)
    with pool.kernel(submission) as kernel:
        family = kernel.manager.provisioner.family
        assert sorted(os.listdir(f"/proc/{family.first}/fd")) == ["0", "1", "2"]
        for member in family.members():
            assert not _sockets(member.pid) & inodes


def _sockets(process: int) -> set[str]:
    folder = Path(f"/proc/{process}/fd")
    found = set()
    for link in folder.iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        found |= {target} if target.startswith("socket:") else set()
    return found


def test_its_namespaces_are_all_its_own(pair, pool):
    one, other = pair
    for kind in ("user", "pid", "mnt", "net", "ipc", "uts"):
        seen = {
            os.readlink(f"/proc/{process}/ns/{kind}") for process in (one.manager.provisioner.family.first, pool._zygote.first, os.getpid())
        }
        seen.add(os.readlink(f"/proc/{other.manager.provisioner.family.first}/ns/{kind}"))
        assert len(seen) == 4


def test_a_fork_ends_when_its_monitor_does(pool, submission):
    with pool.kernel(submission) as kernel:
        family = kernel.manager.provisioner.family
        members = family.members()
        members[0].parent().kill()
        assert not psutil.wait_procs(members, timeout=10)[1]
        assert kernel.verdict.kind == "stopped"


def test_a_fork_ends_when_the_grader_hangs_up(pool, submission):
    with pool.kernel(submission) as kernel:
        members = kernel.manager.provisioner.family.members()
        kernel.manager.provisioner.family._report.shutdown(socket.SHUT_RDWR)
        assert not psutil.wait_procs(members, timeout=10)[1]


CORES = "print(*sorted(__import__('os').sched_getaffinity(0)))"
EVERY_THREADS_CORES = "[__import__('os').sched_getaffinity(int(one)) for one in __import__('os').listdir('/proc/self/task')]"


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core cannot be shared out")
@pytest.mark.parametrize("imports", [("ipykernel.kernelapp",), ("crashes",)], ids=["warm", "cold"])
def test_kernels_side_by_side_have_cores_of_their_own_that_they_cannot_leave(imports, shared, submission):
    leave = "import os; os.sched_setaffinity(0, range(os.cpu_count()))"
    turns = Turns(2)
    with WarmPool(readonly={shared: "/course"}, imports=imports) as pool, contextlib.ExitStack() as stack:
        one, other = (stack.enter_context(pool.kernel(submission, turns=turns)) for _ in range(2))
        with one.turn(), other.turn():
            first, second = (set(ask(kernel, CORES).split()) for kernel in (one, other))
            assert first and second and not first & second
            assert ask(one, leave) == "PermissionError: [Errno 1] Operation not permitted"
            assert ask(one, f"print(all(cores == {{{', '.join(first)}}} for cores in {EVERY_THREADS_CORES}))") == "True"
            for process in one.manager.provisioner.family.members():
                assert {str(core) for core in process.cpu_affinity()} == first


def test_a_kernel_that_is_open_waits_for_its_turn_and_the_wait_is_not_its_time(pool, submission):
    turns, limits = Turns(1), Limits(submission_seconds=6)
    with pool.kernel(submission, limits=limits, turns=turns) as early, pool.kernel(submission, limits=limits, turns=turns) as late:
        assert ask(late, "print('ready')") == "ready"
        waits = threading.Thread(target=_compute, args=(late, answers := []))
        with early.turn():
            waits.start()
            waits.join(9)
            assert waits.is_alive() and late.verdict is None and not answers
        waits.join(30)
        assert answers == ["42"], late.verdict
        late.manager.provisioner.watchdog.join(10)
        assert late.verdict.kind == "wall", "from its turn on it counts"


def _compute(kernel, answers):
    with kernel.turn():
        answers.append(ask(kernel, "print(6 * 7)"))


def test_a_kernel_that_runs_alone_has_all_cores(pool, submission):
    with pool.kernel(submission, turns=Turns(1)) as kernel, kernel.turn():
        assert {int(core) for core in ask(kernel, CORES).split()} == os.sched_getaffinity(0)


@given(st.integers(1, 20), st.integers(0, 20), st.lists(st.booleans(), max_size=40))
def test_turns_hold_every_core_equally_often_and_no_more_are_taken_than_there_are(count, cores, steps):
    turns, held = Turns(count, [*range(cores)]), []
    parts = min(count, cores)
    for takes in steps:
        if takes and len(held) < count:
            held.append((taken := turns.take(), taken.__enter__()))
        elif held:
            held.pop(0)[0].__exit__(None, None, None)
        shares = [share for _, share in held]
        if parts < 2:
            assert not any(shares), "all cores are everybody's"
        else:
            assert all(len(share) in (cores // parts, cores // parts + 1) for share in shares)
            users = [sum(core in share for share in shares) for core in range(cores)]
            assert max(users) <= -(-count // parts), "no core has more than its part of the turns"
    assert turns._free.qsize() == count - len(held)


def test_forks_come_and_go(pool, submission):
    before = set(psutil.Process().children(recursive=True))
    for number in range(10):
        with pool.kernel(submission) as kernel:
            assert kernel.is_warm
            assert ask(kernel, f"print({number})") == str(number)
    left = set(psutil.Process().children(recursive=True)) - before
    gone, alive = psutil.wait_procs(left, timeout=10)
    assert not alive


# When it cannot be warm


@pytest.fixture
def shared(tmp_path) -> Path:
    (tmp_path / "shared").mkdir()
    for folder in (tmp_path, tmp_path / "shared"):
        folder.chmod(0o755)
    (tmp_path / "shared/starts_a_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    )
    (tmp_path / "shared/crashes.py").write_text("import os\nos._exit(3)\n")
    return tmp_path / "shared"


@pytest.mark.parametrize(("module", "why"), [("starts_a_thread", "threads cannot be forked safely"), ("crashes", "did not start")])
def test_a_pool_that_cannot_be_warm_says_why_and_gives_cold_kernels(module, why, shared, submission):
    with WarmPool(readonly={shared: "/course"}, imports=(module,)) as pool:
        assert why in pool.why_cold
        with pool.kernel(submission) as kernel:
            assert not kernel.is_warm
            assert ask(kernel, "print(open('notes.txt').read())") == "notes"


def test_the_end_of_the_warm_process_is_not_blamed_on_the_notebook(submission):
    with WarmPool(imports=("ipykernel.kernelapp",)) as pool:
        with pool.kernel(submission) as kernel:
            pool._zygote.kill()
            psutil.wait_procs(kernel.manager.provisioner.family.members(), timeout=10)
            assert kernel.verdict.kind == "stopped"
        with pool.kernel(submission) as kernel:
            assert not kernel.is_warm
            assert ask(kernel, "print(1 + 1)") == "2"
        assert pool.why_cold is None
        with pool.kernel(submission) as kernel:
            assert kernel.is_warm, "the pool did not begin again"


def test_the_exit_code_is_one_for_all_who_ask_at_once(submission):
    """The monitor says it once; a thread that finds nothing left to read must not take the warm process for dead."""
    with WarmPool(imports=("ipykernel.kernelapp",)) as pool, pool.kernel(submission) as kernel:
        family, both = kernel.manager.provisioner.family, threading.Barrier(2)
        next_report = family._next_report

        def when_both_are_here(seconds: float) -> tuple[dict, int] | None:
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.5)
            return next_report(seconds)

        family._next_report = when_both_are_here
        kernel.client.execute("__import__('os')._exit(7)")
        select.select([family._handle], [], [], 30)
        with ThreadPoolExecutor(2) as threads:
            assert [asked.result() for asked in [threads.submit(family.poll) for _ in range(2)]] == [7, 7]
        assert not family.lost
        assert str(kernel.verdict) == "the notebook ended its own kernel (exit code 7)"


def test_whoever_asks_while_a_pool_begins_waits_for_it(monkeypatch):
    with ThreadPoolExecutor(1) as others, WarmPool(imports=()) as pool:
        pool.close()
        asked = []

        class SlowToStart(threading.Thread):
            """Somebody asks for a kernel just before this one starts."""

            def start(self) -> None:
                asked.append(others.submit(lambda: pool.why_cold))
                wait(asked, 0.5)
                super().start()

        monkeypatch.setattr(warm, "threading", SimpleNamespace(Thread=SlowToStart))
        monkeypatch.setattr(pool, "_start", lambda: None)
        pool.begin()
        asked[0].result(30)


def test_a_late_fork_never_reaches_a_warm_process_that_still_waits_for_its_orders(monkeypatch):
    """A request sent there would be taken for the orders."""
    pool, late, pack_orders = WarmPool(imports=("ipykernel.kernelapp",)), [], warm.pack_orders

    def ask_too_early(*arguments: object) -> object:
        with monkeypatch.context() as patched, pytest.raises(NotWarm):
            patched.setattr(pool, "_wait", lambda: None)  # it was done when the one before was there
            pool.fork({"limits": {}}, open(os.devnull, "rb"), Limits())  # noqa: SIM115 - fork closes it
        late.append(True)
        return pack_orders(*arguments)

    monkeypatch.setattr(warm, "pack_orders", ask_too_early)
    with pool:
        assert pool.why_cold is None and late == [True]


def test_a_pool_whose_process_ends_again_and_again_gives_it_up(submission, monkeypatch):
    monkeypatch.setattr(warm, "LIVES", 1)
    with WarmPool(imports=("ipykernel.kernelapp",)) as pool:
        pool.start()._zygote.close()
        for _ in range(2):
            with pool.kernel(submission) as kernel:
                assert not kernel.is_warm
        assert pool.why_cold == "the warm process ended again and again"


def test_a_pool_that_still_imports_can_be_closed_and_leaves_nothing():
    before = set(psutil.Process().children(recursive=True))
    pool = WarmPool(imports=("tensorflow",)).begin()
    pool.close()
    assert set(psutil.Process().children(recursive=True)) <= before
    assert pool.why_cold == "the pool is closed"


def test_without_a_sandbox_there_is_no_kernel_at_all(submission, monkeypatch):
    monkeypatch.setattr(bubblewrap, "find_bubblewrap", lambda: "/bin/false")
    with WarmPool(imports=()) as pool:
        assert pool.why_cold
        with pytest.raises(Exception, match="bwrap did not start"):
            pool.kernel(submission).start()


GRADER = """
import sys, time
from autograder.sandbox.warm import WarmPool
pool = WarmPool(imports=("ipykernel.kernelapp",)).start()
kernel = pool.kernel(sys.argv[1]).start()
assert kernel.is_warm
print(*[m.pid for m in (*pool._zygote.members(), *kernel.manager.provisioner.family.members())], flush=True)
time.sleep(600)
"""


def test_killing_the_grader_kills_the_pool_and_its_forks(submission):
    environment = {**os.environ, "PYTHONPATH": str(CLONE)}
    grader = subprocess.Popen([sys.executable, "-c", GRADER, str(submission)], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        family = [psutil.Process(int(pid)) for pid in grader.stdout.readline().split()]
        assert len(family) >= 5
    finally:
        grader.kill()
        grader.wait()
    gone, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_a_kernel_spec_can_ask_for_warm_kernels(submission, tmp_path, monkeypatch):
    from jupyter_client import KernelManager
    from jupyter_client.kernelspec import KernelSpec

    from autograder.sandbox import warm

    monkeypatch.setattr(warm, "_shared", {})
    manager = KernelManager(connection_file=str(tmp_path / "connection.json"))
    spec = KernelSpec(argv=["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], display_name="x", language="python")
    manager._kernel_spec = spec
    manager.provisioner = warm.WarmProvisioner(kernel_spec=spec, parent=manager, threads=1)
    try:
        manager.start_kernel(cwd=str(submission))
        assert isinstance(manager.provisioner.family, warm.WarmFamily)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        assert client.execute("open('notes.txt').read()", reply=True, timeout=60)["content"]["status"] == "ok"
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
        for pool in warm._shared.values():
            pool.close()


ASKS = """
import os, socket, sys
import numpy as np
from autograder.checks import check
try:
    socket.create_connection(("1.1.1.1", 53), 2)
    network = True
except OSError:
    network = False
print(open("notes.txt").read(), os.environ["COURSE_GRADING"], "keras" in sys.modules, network)
"""


def test_nbclient_runs_a_notebook_in_a_warm_sandbox_by_the_written_kernel_spec(submission, tmp_path, monkeypatch):
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    monkeypatch.setattr(warm, "_shared", {})
    command = [str(Path(sys.executable).parent / "autograder"), "kernel-spec", "--prefix", str(tmp_path), "--name", "walled"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CLONE).stdout
    assert said == f"kernel walled: {tmp_path}/share/jupyter/kernels/walled/kernel.json\n"
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    notebook = new_notebook(cells=[new_code_cell(ASKS)])
    try:
        NotebookClient(notebook, kernel_name="walled", timeout=120, resources={"metadata": {"path": str(submission)}}).execute()
        assert [pool.why_cold for pool in warm._shared.values()] == [None]
    finally:
        for pool in warm._shared.values():
            pool.close()
    assert [output["text"] for output in notebook.cells[0].outputs] == ["notes 1 True False\n"]
