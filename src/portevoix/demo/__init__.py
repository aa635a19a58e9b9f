"""Owns the demonstration: a programme of invented personas on real facts, and the command that serves it.

It does what a newcomer would do, with the very commands that the README teaches; it has no way of its own.
"""
