"""Readings of people and brands for pages."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotFound
from portevoix.people.models import Brand, Membership, User


def brands_of(user: User) -> QuerySet[Brand]:
    """Return the brands that `user` may see: all for the administrator, else those of current memberships."""
    if user.is_superuser:
        return Brand.objects.all()
    now = clock.now()
    mine = Membership.objects.filter(user=user).select_related("brand")
    return Brand.objects.filter(pk__in={each.brand_id for each in mine if each.is_current(now)})


def brand_of_slug(slug: str) -> Brand:
    """Return the brand of that slug, for the command line. Raises NotFound."""
    found = Brand.objects.filter(slug=slug).first()
    if not found:
        raise NotFound(_("There is no brand %(slug)s.") % {"slug": slug})
    return found
