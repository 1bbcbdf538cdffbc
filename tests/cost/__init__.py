"""What texts cost that repeat one construct: a quick look in the tests, and `python -m tests.cost` for the full one."""
