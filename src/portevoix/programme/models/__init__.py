"""Spheres, ranges, phases, the editorial line, voices, consents and tenures."""

from portevoix.programme.kinds import PhaseKind, SphereKey, TenureRole, VoiceKind
from portevoix.programme.models.lines import EditorialLine
from portevoix.programme.models.ranges import Phase, ProductRange, Sphere
from portevoix.programme.models.tenures import Tenure
from portevoix.programme.models.voices import Consent, Voice

__all__ = (
    "Consent",
    "EditorialLine",
    "Phase",
    "PhaseKind",
    "ProductRange",
    "Sphere",
    "SphereKey",
    "Tenure",
    "TenureRole",
    "Voice",
    "VoiceKind",
)
