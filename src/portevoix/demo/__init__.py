"""Owns the demonstrations: a training company that lives on the sandbox, and invented personas on real facts.

It does what people would do, with the product's own actions and commands, at the instants at which they would
have; it has no way of its own into the database.
"""
