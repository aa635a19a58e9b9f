"""The rows of `measures`: scorecards, which are computed anew, and closings, which stay as they are."""

from portevoix.measures.models.closings import ClosedLine, Closing, Comment, Reminder
from portevoix.measures.models.scorecards import Scorecard, ScorecardLine

__all__ = ("ClosedLine", "Closing", "Comment", "Reminder", "Scorecard", "ScorecardLine")
