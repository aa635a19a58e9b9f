"""The closed lists of a programme: what a sphere, a phase, a voice, a tenure may be."""

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
