"""`python -m solutions.reference`. Guarded, because every worker process imports this module once more."""

if __name__ == "__main__":
    from solutions.reference.cli import main

    main()
