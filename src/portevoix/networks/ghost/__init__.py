"""Ghost, on any server: articles through its Admin API, with the key of an integration.

An account is a site: an integration writes for it as a whole, not for one of its authors. What readers say and how
many they are is not told to integrations, and is not claimed.
"""
