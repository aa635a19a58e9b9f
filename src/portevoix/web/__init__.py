"""Owns the pages: addresses, views, templates, styles, and the words around figures.

Views compose what queries of the parts below return and call their actions; no rule of the product lives
here. Pages read rows: this part never loads an engine.
"""
