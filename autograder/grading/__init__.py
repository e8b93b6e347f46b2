"""Grading: a submission's cells run in a sandboxed kernel, the checks run here, and they speak across the wall."""
