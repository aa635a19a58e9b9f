"""Handing sign-in links over on the terminal: what `up`, `demo` and `sign-in-link` print."""

from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotFound
from portevoix.people.actions import ensure_administrator, make_sign_in_link
from portevoix.people.journal import SYSTEM
from portevoix.people.models import User


def url_of(token: str, base_url: str) -> str:
    """Return the address at which the link of `token` is used; `web.urls` calls it `welcome`."""
    return f"{base_url}/welcome/{token}/"


def link_for(email: str | None, base_url: str) -> str:
    """Return a fresh link for the user of that address, or for the first administrator when there is none.

    Raises NotFound for an address with which nobody signs in.
    """
    user = _user(email) if email else ensure_administrator(by=SYSTEM)[0]
    return url_of(make_sign_in_link(user, by=SYSTEM, now=clock.now()), base_url)


def _user(email: str) -> User:
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise NotFound(_("Nobody signs in with %(email)s.") % {"email": email})
    return user


def greeting(base_url: str, *, always_link: bool = False) -> str:
    """Return what to print once the pages answer: where they are and, while needed, how to get in."""
    administrator, is_incomplete = ensure_administrator(by=SYSTEM)
    lines = [_("Porte-voix answers at %(url)s/") % {"url": base_url}]
    if is_incomplete or always_link:
        token = make_sign_in_link(administrator, by=SYSTEM, now=clock.now())
        url = url_of(token, base_url)
        lines.append(_("Sign in with this link; it works once, within 12 hours:\n  %(url)s") % {"url": url})
    lines.append(_("Ctrl-C stops it."))
    return "\n".join(lines)
