"""What submissions tried and which are nearly alike: facts for the instructor, each with where it comes from, and no verdicts."""
