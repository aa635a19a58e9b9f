"""Sets the surroundings of every test run: nothing of an installation, a data folder of its own, English.

It is loaded as a plugin (`addopts` in pyproject.toml), since Django's settings are read before any conftest.py.
"""

import os
import tempfile

KEPT = ("PORTEVOIX_WRITE_DOCS",)
"""Not a setting: asks a test to write the document that it otherwise compares."""


def forget_the_installation() -> None:
    """Drop every setting of this shell: a test must never reach the database of a real installation."""
    for name in list(os.environ):
        if name.startswith(("PORTEVOIX_", "DJANGO_")) and name not in KEPT:
            del os.environ[name]


forget_the_installation()
os.environ["LC_ALL"] = "C.UTF-8"
os.environ["PORTEVOIX_DATA"] = tempfile.mkdtemp(prefix="portevoix-tests-")
