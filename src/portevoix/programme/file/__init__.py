"""Reads the programme file: from YAML to frozen entries, or to every error with its line.

`nodes` composes the YAML safely, `typed` what a form holds; `fields` reads one value, `entries` holds the
results, `reader` knows the schema. Nothing here touches the database, the clock or a network;
`docs/programme-file.md` is its document.
"""
