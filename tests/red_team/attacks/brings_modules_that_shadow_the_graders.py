"""Hands in modules named like those that the kernel and the grader import: sitecustomize, numpy, ipykernel, storemagic, json, checks."""

# %% file sitecustomize.py
raise SystemExit("sitecustomize ran")

# %% file usercustomize.py
raise SystemExit("usercustomize ran")

# %% file json.py
def dumps(value): return "[]"
def loads(text): return {}

# %% file zmq.py
raise SystemExit("zmq ran")

# %% file ipykernel/kernelapp.py
raise SystemExit("ipykernel ran")

# %% file storemagic.py
import os
os._exit(1)

# %% file course_checks.py
TASKS = []

# %% file numpy.py
def sum(numbers): return 2.0
