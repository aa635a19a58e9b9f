"""Plays the demonstration's company: Atelier Formation, invented, which trains and lives on the sandbox network.

`cast` who there is, `programme` what they agreed, `sayings` what they say, `plan` when (pure), `network` their
accounts, `story` what happens to the programme, `life` all of it in the order of time.
"""
