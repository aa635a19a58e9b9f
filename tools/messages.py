"""Keeps the French catalogue: extracts sentences from code and templates, updates, compiles, checks.

`python tools/messages.py update` brings the catalogue up to date and compiles it; `check` changes nothing, lists
what is wrong (a sentence without French, a doubtful one, placeholders that differ, a stale catalogue) and exits 1.
"""

import argparse
import ast
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "src" / "portevoix"
FOLDER: Final = PACKAGE / "locale" / "fr" / "LC_MESSAGES"
PO: Final = FOLDER / "django.po"
MO: Final = FOLDER / "django.mo"
HEADER: Final = "# French sentences of Porte-voix. Written by hand; kept by tools/messages.py."
KEYWORDS: Final[dict[str, Any]] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_NAMED: Final = re.compile(r"%\((\w+)\)[sdif]")
_BREAKING: Final = re.compile("(?<=\\S) [:;!?»]|« ")
"""Where French has a space that does not break: before a colon, a semicolon and the like, inside guillemets."""
_POSITIONAL: Final = re.compile(r"(?<!%)(?:%%)*%[sdifr]|\{\d*\}")
Found = tuple[int, Any, list[str], str | None]


def _templates_speak() -> None:
    """Set Django up as far as reading templates needs."""
    sys.path.insert(0, str(PACKAGE.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portevoix.config.settings")


def _in_code(text: str) -> Iterable[Found]:
    return extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)


def _in_template(text: str) -> Iterable[Found]:
    from django.utils.translation.template import templatize  # noqa: PLC0415

    return _in_code(templatize(text))


def sentences() -> Iterator[tuple[str, Found]]:
    """Yield (file, found) of each sentence that pages, commands and forms say, file by file."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "static" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for found in _in_code(text) if path.suffix == ".py" else _in_template(text):
            yield path.relative_to(PACKAGE).as_posix(), found


def extracted() -> Catalog:
    """Return the catalogue of all sentences, without translations."""
    catalog = Catalog(locale="fr", domain="django", charset="utf-8")
    for file, (_line, message, _comments, context) in sentences():
        catalog.add(message, locations=[(file, 0)], context=context)
    return catalog


def stored() -> Catalog:
    """Return the catalogue as it is kept, an empty one when there is none."""
    if not PO.exists():
        return Catalog(locale="fr", domain="django", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="fr", domain="django")


def updated() -> Catalog:
    """Return the stored catalogue with the sentences that there are now, and without those that are gone."""
    catalog = stored()
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment, catalog.fuzzy = HEADER, False
    catalog.project, catalog.version = "Porte-voix", "1"
    return catalog


def written(catalog: Catalog) -> bytes:
    """Return `catalog` as the text of a .po file, the same for the same sentences."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, sort_by_file=True, include_lineno=False, omit_header=False)
    dated = re.compile(rb'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|Language-Team|'
                       rb'Report-Msgid-Bugs-To): .*"\n', re.M)  # fmt: skip
    return dated.sub(b"", out.getvalue())


def compiled(catalog: Catalog) -> bytes:
    """Return `catalog` as the bytes of a .mo file, the same for the same sentences."""
    settled = Catalog(locale="fr", domain="django", charset="utf-8", creation_date=None)
    out = io.BytesIO()
    for message in catalog:
        if message.id and all(_texts(message.string)):
            settled.add(message.id, message.string, context=message.context)
    write_mo(out, settled)
    return re.sub(rb"(?:POT-Creation-Date|PO-Revision-Date): [^\n]*\n", _blank, out.getvalue())


def _blank(dated: "re.Match[bytes]") -> bytes:
    """Return as many characters without a date: lengths are written down in the file."""
    name, _colon, rest = dated[0].partition(b": ")
    return name + b": " + b" " * (len(rest) - 1) + b"\n"


def _texts(string: Any) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (string,)


def faults(catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with the translations of `catalog`."""
    for message in catalog:
        if not message.id:
            continue
        source = _texts(message.id)
        if message.fuzzy:
            yield f"doubtful: {source[0]}"
        elif not all(_texts(message.string)):
            yield f"no French: {source[0]}"
        else:
            yield from _misplaced(message)
            if any(map(_BREAKING.search, _texts(message.string))):
                yield f"a space that may break a line: {source[0]}"


def _misplaced(message: Message) -> Iterator[str]:
    source = _texts(message.id)
    wanted = set(_NAMED.findall(source[-1]))
    for text in _texts(message.string):
        if set(_NAMED.findall(text)) != wanted and set(_NAMED.findall(text)) != set(
            _NAMED.findall(source[0])
        ):
            yield f"placeholders differ: {source[0]}"
    for text in source:
        # A sentence that code will fill in is marked; elsewhere a per cent sign is a per cent sign.
        if "python-format" in message.flags and _POSITIONAL.search(_NAMED.sub("", text)):
            yield f"a placeholder has no name: {source[0]}"


def unfit_calls() -> Iterator[str]:
    """Yield each call that translates something else than a plain sentence: it would never be found."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in {"_", "gettext", "gettext_lazy", "gettext_noop"} and _is_built(node.args[0]):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: what is translated must be a plain sentence"


def _is_built(argument: ast.expr) -> bool:
    return isinstance(argument, (ast.JoinedStr, ast.BinOp)) or (
        isinstance(argument, ast.Call)
        and isinstance(argument.func, ast.Attribute)
        and argument.func.attr == "format"
    )


def update() -> int:
    """Bring the catalogue up to date, compile it, and say what is left to do."""
    catalog = updated()
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(catalog))
    MO.write_bytes(compiled(catalog))
    left = list(faults(catalog))
    print(f"{len(catalog)} sentences, {len(left)} to mend")
    print("\n".join(left))
    return 0


def check() -> int:
    """Print all that is wrong; return the exit status."""
    catalog = updated()
    wrong = [*faults(catalog), *unfit_calls()]
    if not PO.exists() or PO.read_bytes() != written(catalog):
        wrong.append("the catalogue is not what `python tools/messages.py update` writes")
    if not MO.exists() or MO.read_bytes() != compiled(catalog):
        wrong.append("the compiled catalogue is stale")
    print("\n".join(wrong) or f"{len(catalog)} sentences, all in French")
    return 1 if wrong else 0


def main() -> None:
    """Read the command line and do what it asks."""
    parser = argparse.ArgumentParser(description="Keep the French catalogue.")
    parser.add_argument("step", choices=("update", "check"))
    arguments = parser.parse_args()
    _templates_speak()
    sys.exit({"update": update, "check": check}[arguments.step]())


if __name__ == "__main__":
    main()
