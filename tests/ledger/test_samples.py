"""The beginning of a table, as it will be read."""

import pytest

from portevoix.core import clock
from portevoix.ledger.rows import Layout
from portevoix.ledger.samples import LOOKED_AT, SHOWN, names_of, proposed, sample
from tests.ledger.conftest import NOW, START, WriteFile

LATEST = clock.to_us(NOW)
COLUMNS = ("actor", "target", "at", "kind")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_parts_a_table_and_its_header_are_found(write_file: WriteFile, delimiter: str) -> None:
    path = write_file(delimiter.join(("Who", "To", "Date", "Type")), delimiter.join(("7", "88", "1", "like")))

    layout = proposed(path, "facts.csv")

    assert (layout.columns, layout.delimiter, layout.has_header) == (COLUMNS, delimiter, True)


def test_a_table_without_header_is_taken_to_be_in_our_order(write_file: WriteFile) -> None:
    path = write_file(f"7,88,{START},like,p1,e1,more,and more")

    layout = proposed(path, "facts.csv")

    assert layout == Layout((*COLUMNS, "object", "id", "-", "-"), ",", None, has_header=False)


def test_a_header_that_nobody_knows_is_one_all_the_same(write_file: WriteFile) -> None:
    path = write_file("eins;zwei;drei;vier", f"7;88;{START};like")

    layout = proposed(path, "facts.csv")

    assert layout.has_header
    assert layout.columns == ("-", "-", "-", "-")
    assert names_of(path, layout) == ["eins", "zwei", "drei", "vier"]


def test_an_empty_file_has_no_columns(write_file: WriteFile) -> None:
    assert proposed(write_file(ends=False), "facts.csv").columns == ()


def test_rows_are_read_as_the_import_will_read_them(write_file: WriteFile) -> None:
    path = write_file("actor,target,at,kind", f"7,88,{START},like", "7,88,never,like", f"7,88,{START},clap")

    found = sample(path, Layout(COLUMNS, ",", None, has_header=True), LATEST)

    assert [(row.number, row.act and row.act.kind, row.reason) for row in found.rows] == [
        (2, "like", ""),
        (3, None, "impossible_date"),
        (4, None, "unknown_kind"),
    ]
    assert found.refused == {"impossible_date": 1, "unknown_kind": 1}
    assert found.words == ("like", "clap")
    assert found.is_whole


def test_only_the_beginning_of_a_long_table_is_looked_at(write_file: WriteFile) -> None:
    path = write_file(*(f"{actor},88,{START},like" for actor in range(LOOKED_AT + 1)))

    found = sample(path, Layout(COLUMNS, ","), LATEST)

    assert (len(found.rows), found.looked_at, found.is_whole) == (SHOWN, LOOKED_AT, False)
