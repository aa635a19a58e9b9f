"""Owns the command line: one module a command, which reads its arguments and calls one action or query.

It holds no rule of its own, and prints nothing that an action did not return.
"""
