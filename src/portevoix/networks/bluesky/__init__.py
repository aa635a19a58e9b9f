"""Bluesky, and any server of the network that it stands on (the AT Protocol).

Owns how this network signs people in, counts a text, names its records and tells what happened. An account lives
on a server of its owner's choice (its PDS): its address comes from the account's identity, never from here.
"""
