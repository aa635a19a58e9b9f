"""Owns who we are: spheres, ranges, phases, the editorial line, voices, tenures, consents, and the study.

It reads the programme file and knows no network: accounts that the file lists are handed to `networks`.
Who holds a persona is confidential: encrypted at rest, read through `queries.holder` alone, journalled.
"""
