"""Owns people and what they may do: users, sign-in links, brands, memberships, rights, the journal.

A brand is the border of everything: rows of one brand are never seen from another.
It does not own who holds a persona (`programme`).
"""
