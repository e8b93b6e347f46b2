"""Side-by-side timings against peers, both sides in one run."""
