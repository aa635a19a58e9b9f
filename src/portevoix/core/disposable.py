"""What is let go of at the end of the block that uses it."""

from types import TracebackType
from typing import Self


class Disposable:
    """Holds connections, files or threads until `close`, which a `with` block calls at its end."""

    def close(self) -> None:
        """Let go of all that is held; by default, of nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
