"""Owns the facts: who did what to what and when, what was counted, what was said, and how we came to know.

Facts are added, never changed. They come in by collectors and by file imports, and go out as Parquet
(projection, archive) and as the tables that figures are computed from. It knows no metric (`measures`).
"""
