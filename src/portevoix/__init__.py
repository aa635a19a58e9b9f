"""Porte-voix runs a brand-ambassador programme on social networks.

Each folder is one part of the house; `docs/architecture.md` draws it.
"""

__version__ = "0.1.0"
