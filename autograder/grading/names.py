"""What stands where in a course folder."""

CONFIG = "nbgrader_config.py"
"""nbgrader's configuration of the course, which is Python."""
STATE = ".autograder"
"""The folder that holds what grading has found so far."""
