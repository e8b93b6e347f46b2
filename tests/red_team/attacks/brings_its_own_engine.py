"""Hands in an autograder package, checks and a course configuration of its own."""

# %% file autograder/__init__.py
raise SystemExit("the student's engine ran")

# %% file autograder/checks/__init__.py
def check(task): return 5.0

# %% file checks.py
TASKS = []

# %% file hidden_checks.py
TASKS = []

# %% file nbgrader_config.py
c = get_config()
c.Autograde.autograde_preprocessors = []

# %% file gradebook.db
not a database
