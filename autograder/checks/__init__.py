"""The half of the engine that students have: what checks are, how they run, and how they reach a submission."""

from autograder.checks.at_home import measured_at_home, trained_at_home, when_written
from autograder.checks.notebook import check, quiet

__all__ = ["check", "measured_at_home", "quiet", "trained_at_home", "when_written"]
