"""Hands in a notebook that is a link to the instructor's solved one."""

# %% hand in
path.symlink_to(f"{target.course}/source/averages/averages.ipynb")
