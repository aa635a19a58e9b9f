"""What of people waits for somebody: the access of guests that ends soon."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portevoix.core.cards import Card, Tone, Viewer, cards
from portevoix.people.models import Role


@cards("people.access")
def ending_access(viewer: Viewer) -> Iterable[Card]:
    """Yield the memberships that end soon, for the lead."""
    if Role.LEAD not in viewer.roles:
        return
    for membership in viewer.leaving:
        words = {"person": str(membership.user)}
        yield Card(
            key=f"people.access:{membership.pk}",
            weight=15,
            title=_("The access of %(person)s ends") % words,
            why=_("%(role)s: extend it, or let it end by itself.") % {"role": Role(membership.role).label},
            gesture=_("Members"),
            page="members",
            instead="family",
            tone=Tone.COMING,
            at=membership.expires_on,
        )
