"""Owns the doors to the social networks: accounts, connections, and one folder of code for each network.

Everything that leaves or enters passes through a `Connector` of this app, and speaks its contracts.
It owns no fact (`ledger`) and decides nothing about what is published (`publishing`).
"""
