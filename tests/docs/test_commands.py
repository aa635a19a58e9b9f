"""The command line does what its page says: every command, sub-command and option, and no other."""

import argparse
import re
from importlib import import_module

import pytest

from portevoix.cli.main import parser_of
from portevoix.config.commands import COMMANDS
from tests.docs.pages import text


def leaves(name: str, parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers that take arguments, by the words that lead to them."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {
                words: leaf
                for step, inner in action.choices.items()
                for words, leaf in leaves(f"{name} {step}", inner).items()
            }
    return {name: parser}


PARSERS = {
    words: leaf
    for name in COMMANDS
    for words, leaf in leaves(name, parser_of(name, import_module(COMMANDS[name]))).items()
}


def sections() -> dict[str, str]:
    """Return {words of the command: its section}."""
    parts = re.split(r"^## `portevoix ([a-z -]+?)(?: [A-Z]+)?`$", text("commands.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_and_sub_command_is_described() -> None:
    assert sections().keys() == PARSERS.keys()


@pytest.mark.parametrize("words", PARSERS)
def test_every_option_is_described_and_no_other(words: str) -> None:
    options = {
        option
        for action in PARSERS[words]._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    assert set(re.findall(r"--[a-z-]+", sections()[words])) == options


@pytest.mark.parametrize("words", PARSERS)
def test_every_format_is_described(words: str) -> None:
    formats = [action.choices for action in PARSERS[words]._actions if "--format" in action.option_strings]
    if formats:
        assert f"`--format {'|'.join(formats[0] or ())}`" in sections()[words]
