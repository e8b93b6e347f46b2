"""What only instructors see: every assignment's source, private checks, rubric and reference runs."""
