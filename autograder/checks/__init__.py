"""The half of the engine that students have: what checks are, how they run, and how they reach a submission."""

from autograder.checks.notebook import check, measured_at_home, quiet, when_written

__all__ = ["check", "measured_at_home", "quiet", "when_written"]
