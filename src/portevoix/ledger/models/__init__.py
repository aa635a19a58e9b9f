"""Facts, how they came in, and the files they went out to."""

from portevoix.ledger.models.facts import Actor, Content, Interaction, Publication, Reading
from portevoix.ledger.models.files import ArchivedMonth, Segment, SegmentFile
from portevoix.ledger.models.intakes import Coverage, Cursor, Import, Intake, Sighting
from portevoix.ledger.models.uploads import Mapping, Upload

__all__ = (
    "Actor",
    "ArchivedMonth",
    "Content",
    "Coverage",
    "Cursor",
    "Import",
    "Intake",
    "Interaction",
    "Mapping",
    "Publication",
    "Reading",
    "Segment",
    "SegmentFile",
    "Sighting",
    "Upload",
)
