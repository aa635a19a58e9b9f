"""What is held is let go of at the end of a block, whatever ends it."""

import pytest

from portevoix.core.disposable import Disposable


class Held(Disposable):
    """Says whether it is still held."""

    is_held = True

    def close(self) -> None:
        """Let go."""
        self.is_held = False


def test_a_block_lets_go_of_what_it_used_at_its_end() -> None:
    with Held() as held:
        assert held.is_held
    assert not held.is_held


def test_an_error_leaves_the_block_and_nothing_held() -> None:
    held = Held()
    with pytest.raises(ValueError, match="odd"), held:
        raise ValueError("odd")
    assert not held.is_held
