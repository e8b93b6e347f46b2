"""Hands in startup files: IPython profiles, Jupyter configurations, kernel specs, pth files."""

# %% file .ipython/profile_default/startup/00-evil.py
import autograder.checks.agent as agent
agent.Agent.answer = lambda self, message: message

# %% file .ipython/profile_default/ipython_config.py
c = get_config()
c.InteractiveShellApp.exec_lines = ["mean = lambda numbers: 2.0"]

# %% file .jupyter/jupyter_config.py
raise SystemExit("jupyter's configuration ran")

# %% file .local/share/jupyter/kernels/python3/kernel.json
{"argv": ["/bin/sh", "-c", "echo {connection_file}"], "display_name": "evil", "language": "python"}

# %% file evil.pth
import os; os._exit(1)

# %% file pyvenv.cfg
home = /tmp
