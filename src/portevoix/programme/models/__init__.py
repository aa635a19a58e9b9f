"""Spheres, ranges, phases, the editorial line, voices, consents, tenures, the study and the public page."""

from portevoix.programme.kinds import Criterion, PhaseKind, SphereKey, TenureRole, VoiceKind
from portevoix.programme.models.lines import EditorialLine
from portevoix.programme.models.public import PublicPage
from portevoix.programme.models.ranges import Phase, ProductRange, Sphere
from portevoix.programme.models.study import (
    RivalCoding,
    StudiedRival,
    StudyFigure,
    StudyRevision,
    StudySection,
    StudyStep,
)
from portevoix.programme.models.tenures import Tenure
from portevoix.programme.models.voices import Consent, Voice

__all__ = (
    "Consent",
    "Criterion",
    "EditorialLine",
    "Phase",
    "PhaseKind",
    "ProductRange",
    "PublicPage",
    "RivalCoding",
    "Sphere",
    "SphereKey",
    "StudiedRival",
    "StudyFigure",
    "StudyRevision",
    "StudySection",
    "StudyStep",
    "Tenure",
    "TenureRole",
    "Voice",
    "VoiceKind",
)
