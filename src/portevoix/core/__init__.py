"""Owns what every part needs and no part should own: clock, periods, states, jobs, worker, errors, HTTP.

One module holds one concept. Nothing here knows a brand, a voice or a network.
"""
