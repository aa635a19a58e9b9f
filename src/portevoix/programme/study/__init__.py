"""The study as one document: its content, read live or from a version, and what changed between two of them.

It does not own figures: whoever shows or freezes a study hands their values down.
"""
