"""What goes wrong with the closing of months."""

from portevoix.core.errors import UserError


class NotClosable(UserError):
    """A month cannot be closed yet; nothing was changed."""


class NotCommentable(UserError):
    """A month of a voice takes no comment, or not this one; what was written before is kept."""


class NotClosed(UserError):
    """Only a closed month can be replayed, and this one is not."""
