"""Reminding people by mail of a month that is over: who holds a voice to comment on it, the lead to close it.

A mail goes out once. What it is about is claimed in one commit before anybody learns to whom it goes; where
sending surely failed, that is noted, and it is tried again after a while. Where a process died in between nobody
knows, and the mail is not sent again. It names neither a voice nor a person: an address must not stand beside a
persona.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.core.errors import NotFound, SecretUnreadable
from portevoix.core.periods import Month
from portevoix.core.serving import base_url
from portevoix.measures import rules
from portevoix.measures.models import Reminder
from portevoix.measures.queries import ClosingState, closing_state
from portevoix.measures.rules import Call
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, Membership, Role, User
from portevoix.programme.models import Tenure, TenureRole
from portevoix.programme.queries import holder

log = structlog.get_logger(__name__)

AGAIN_AFTER: Final = timedelta(hours=1)
"""After how long a mail that surely was not sent is tried again."""
_SUBJECTS: Final = {
    Call.FIRST: gettext_noop("Your comment on %(month)s is awaited"),
    Call.SECOND: gettext_noop("Your comment on %(month)s is still awaited"),
    Call.CLOSABLE: gettext_noop("%(month)s can be closed"),
}
_TEXTS: Final = {
    Call.FIRST: gettext_noop(
        "The month is over and its figures are there. Your comment is awaited; it takes a few lines, and can be "
        "changed until the month is closed."
    ),
    Call.SECOND: gettext_noop(
        "Your comment is still missing. From %(day)s on, the month may be closed without it."
    ),
    Call.CLOSABLE: gettext_noop(
        "The month is over, and no comment has to be waited for any longer. Once it is closed, its figures never "
        "change."
    ),
}


@dataclass(frozen=True)
class _Letter:
    """A mail to one person about one month, and the keys of what it reminds of."""

    person: User
    call: Call
    keys: tuple[str, ...]


def remind(*, now: datetime) -> int:
    """Send the reminders of each brand's last month that are due at `now`; return how many mails went out.

    A brand, or a mail, that fails is logged and never stops the others.
    """
    return sum(_remind_safely(brand, now) for brand in Brand.objects.all())


def _remind_safely(brand: Brand, now: datetime) -> int:
    try:
        month = Month.of(now, brand.zone).previous
        state = closing_state(brand, month, now=now)
        if state.closing:
            return 0
        return sum(_send(each, brand, month, now) for each in _letters(brand, month, state, now))
    except Exception:
        log.exception("reminding_failed", brand=brand.pk)
        return 0


def _letters(brand: Brand, month: Month, state: ClosingState, now: datetime) -> Iterator[_Letter]:
    """Yield the mails that are due, each claimed for this process."""
    call = rules.call_on(month, brand.day(now))
    if call and state.awaited:
        yield from _to_holders(brand, f"{month}:{call}", call, state.awaited, now)
    if state.may_close:
        yield from _to_leads(brand, f"{month}:{Call.CLOSABLE}", now)


def _to_holders(
    brand: Brand, about: str, call: Call, awaited: frozenset[int], now: datetime
) -> Iterator[_Letter]:
    """Yield one mail for each person, whatever the number of voices held; a deputy is not asked."""
    tenures = Tenure.objects.current(brand.day(now)).filter(voice__in=awaited).select_related("voice__brand")
    keys: dict[User, list[str]] = defaultdict(list)
    for tenure in tenures.exclude(role=TenureRole.DEPUTY):
        key = f"{about}:tenure:{tenure.pk}"
        # Claimed first: whatever is wrong with this person's account, nobody asks for the name each minute.
        if _claim(key, brand, now) and (person := _taking_part(tenure, now)):
            keys[person].append(key)
    for person, mine in keys.items():
        yield _Letter(person, call, tuple(mine))


def _taking_part(tenure: Tenure, now: datetime) -> User | None:
    """Return who holds a voice by `tenure`, which is journalled, if that person takes part in the brand."""
    brand = tenure.voice.brand
    try:
        person = holder(tenure, by=SYSTEM)
    except (NotFound, SecretUnreadable):
        log.warning("nobody_to_remind", tenure=tenure.pk)
        return None
    here = Membership.objects.current(brand.day(now)).filter(user=person, brand=brand)
    return person if person.is_active and here.exists() else None


def _to_leads(brand: Brand, about: str, now: datetime) -> Iterator[_Letter]:
    leads = Membership.objects.current(brand.day(now)).filter(brand=brand, role=Role.LEAD)
    for membership in leads.filter(user__is_active=True).select_related("user").order_by("pk"):
        key = f"{about}:brand:{brand.pk}:user:{membership.user_id}"
        if _claim(key, brand, now):
            yield _Letter(membership.user, Call.CLOSABLE, (key,))


def _claim(key: str, brand: Brand, now: datetime) -> bool:
    """Take the reminder `key` for this process; return whether it is ours: new, or one that failed a while ago."""
    _reminder, is_new = Reminder.objects.get_or_create(key=key, defaults={"brand": brand, "claimed_at": now})
    failed = Reminder.objects.filter(key=key, failed_at__lte=now - AGAIN_AFTER)
    return is_new or bool(failed.update(claimed_at=now, failed_at=None))


def _send(letter: _Letter, brand: Brand, month: Month, now: datetime) -> bool:
    """Send one mail and note how it went; return whether it was sent."""
    mine = Reminder.objects.filter(key__in=letter.keys)
    try:
        with translation.override(_language(letter.person, brand)):
            subject, text = _words(letter.call, brand, month)
        send_mail(subject, text, None, [letter.person.email])
    except Exception:
        log.exception("reminder_failed", brand=brand.pk, month=str(month))
        mine.update(failed_at=now)
        return False
    mine.update(sent_at=now)
    return True


def _language(person: User, brand: Brand) -> str:
    """Return the person's language, else the brand's first one that we speak, else our own."""
    spoken = dict(settings.LANGUAGES)
    return next(
        (each for each in (person.language, *brand.languages) if each in spoken), settings.LANGUAGE_CODE
    )


def _words(call: Call, brand: Brand, month: Month) -> tuple[str, str]:
    """Return subject and text in the active language."""
    words = {
        "month": formats.date_format(month.first_day, "YEAR_MONTH_FORMAT"),
        "day": formats.date_format(rules.closes_without_from(month), "DATE_FORMAT"),
        "url": f"{base_url()}/b/{brand.slug}/",
    }
    greeting, link = _("Hello,"), _("All that there is to do stands here: %(url)s") % words
    text = "\n\n".join([greeting, _(_TEXTS[call]) % words, link, "Porte-voix"])
    return _(_SUBJECTS[call]) % words, f"{text}\n"
