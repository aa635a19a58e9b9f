"""Lets `python -m portevoix` do what the command `portevoix` does."""

from portevoix.cli.main import run

run()
