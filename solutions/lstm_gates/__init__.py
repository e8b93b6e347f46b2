"""Assignment 1: gates, from scratch. Everything here stays with instructors."""
