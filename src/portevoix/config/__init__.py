"""Owns the settings, the URL table, the WSGI entry and the table of commands.

It is read by every part and imports none of them: parts are named here as strings.
It holds no logic beyond reading the environment.
"""
