"""X: its API, version 2, paid call by call.

Owns what is X's own: how it counts a text, what its calls cost and mean, its archive and its analytics. Owns no
account, no credentials kept and no meter: those are given.
"""
