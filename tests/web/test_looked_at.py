"""How far an account was looked at: as far as all that is told of it."""

from portevoix.web.coverage import Row, _looks

DAY = 86_400_000_000


def row(kind: str, until: int, account: int | None = 7) -> Row:
    """Return a kind that is covered from the first day until the end of day `until`."""
    return Row("x", kind, (0, until * DAY), account, None if account is None else 3, None, None)


def until(*rows: Row) -> list[int]:
    """Return the days until which accounts were looked at."""
    return [look.until_us // DAY for look in _looks(rows)]


def test_a_kind_that_stopped_earlier_cuts_the_account_short() -> None:
    assert until(row("mention", 5), row("post", 30)) == [5]


def test_a_file_of_all_the_network_helps_the_kinds_that_it_tells_alone() -> None:
    likes_of_all = row("like", 30, account=None)
    assert until(row("mention", 5), row("post", 30), likes_of_all) == [5]
    assert until(row("like", 5), row("post", 30), likes_of_all) == [30]
