"""Owns the figures: the catalogue of metrics, their computation over facts, and the monthly scorecards.

Expressions are written once and computed in jobs and commands; pages read the rows that these filled.
It needs nothing but the ledger below it: other parts hand their figures down as facts.
"""
