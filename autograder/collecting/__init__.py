"""Collecting: what a learning platform or a folder holds of a class's work -> DIR/submitted/STUDENT/NAME/."""
