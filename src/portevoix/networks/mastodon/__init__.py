"""Mastodon: the door to any server that speaks Mastodon's API, whatever its make; several at once.

A server is asked for its own limits, and nothing is taken for granted of one that tells less than Mastodon does.
Publications and accounts are named by their ActivityPub addresses, the same on every server.
"""
