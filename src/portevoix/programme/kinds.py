"""The closed lists of a programme: what a sphere, a phase, a voice, a tenure may be, and how a rival is read."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SphereKey(TextChoices):
    """The four spheres of a programme."""

    CORPORATE = "corporate", _("Corporate")
    BUSINESS = "business", _("Business")
    SALES = "sales", _("Sales")
    PEOPLE = "people", _("People")


class PhaseKind(TextChoices):
    """What a phase is for."""

    TEST = "test", _("Test")
    EXPERTISE = "expertise", _("Expertise")
    RELATIONS = "relations", _("Relations")


class VoiceKind(TextChoices):
    """Whose voice it is: the brand's own, a brand-owned persona's, or an employee's under the own name."""

    BRAND = "brand", _("Brand voice")
    PERSONA = "persona", _("Persona")
    NAMED = "named", _("Named voice")


class TenureRole(TextChoices):
    """How somebody holds a voice."""

    PRINCIPAL = "principal", _("Principal holder")
    CO_HOLDER = "co_holder", _("Co-holder")
    DEPUTY = "deputy", _("Deputy")


class Criterion(TextChoices):
    """What is read of a rival: its networks, cadence, tone, what it publishes by nature, and its answers."""

    NETWORKS = "networks", _("Networks")
    CADENCE = "cadence", _("Cadence")
    TONE = "tone", _("Tone")
    EXPERT = "expert", _("Expert posts")
    CURATED = "curated", _("Curated posts")
    COMMERCIAL = "commercial", _("Commercial posts")
    COURTESY = "courtesy", _("Courtesies")
    ANSWERING = "answering", _("Answers")


_SHARE: Final = (
    _("none"),
    _("up to a quarter"),
    _("up to a half"),
    _("up to three quarters"),
    _("nearly all"),
)
SCALES: Final = {
    Criterion.NETWORKS: (
        _("none kept up"),
        _("one network"),
        _("two or three"),
        _("four or five"),
        _("six or more"),
    ),
    Criterion.CADENCE: (
        _("silent for a month"),
        _("less than weekly"),
        _("weekly"),
        _("several times a week"),
        _("daily"),
    ),
    Criterion.TONE: (_("a notice board"), _("formal"), _("neutral"), _("friendly"), _("like a person")),
    Criterion.EXPERT: _SHARE,
    Criterion.CURATED: _SHARE,
    Criterion.COMMERCIAL: _SHARE,
    Criterion.COURTESY: _SHARE,
    Criterion.ANSWERING: (
        _("never"),
        _("seldom"),
        _("within a week"),
        _("within a day"),
        _("within hours"),
    ),
}
"""What each grade, 0 to 4, of each criterion means. A grade describes and does not judge."""
GRADES: Final = 5
"""How many grades each scale has."""
