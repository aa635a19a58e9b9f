"""Owns what the pages of Settings show: the programme set up in forms, members, holders, the journal in words.

The values of a programme's forms go through the readers of the programme file. It does not own what is changed
there: that is done by the actions of `people` and `programme`.
"""
