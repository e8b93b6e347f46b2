"""The engine of the course kit: builds assignments, checks answers, grades classes. It knows nothing of any one subject."""
