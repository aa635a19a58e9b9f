"""Reminding people by mail of a month that is over: who holds a voice to comment on it, the lead to close it.

A mail goes out once. What it is about is claimed in one commit before anybody learns to whom it goes; where
sending surely failed, that is noted, and it is tried again after a while. Where a process died in between nobody
knows, and the mail is not sent again. It names neither a voice nor a person: an address must not stand beside a
persona.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
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
from portevoix.measures.queries import closing_state
from portevoix.measures.rules import Call
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, Membership, Role, User
from portevoix.programme.models import Tenure, TenureRole
from portevoix.programme.queries import holder
from portevoix.programme.rights import is_holder

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
        call = rules.call_on(month, brand.day(now))
        to_holders = _to_holders(brand, month, call, state.awaited, now) if call and state.awaited else 0
        return to_holders + (_to_leads(brand, month, now) if state.may_close else 0)
    except Exception:
        log.exception("reminding_failed", brand=brand.pk)
        return 0


def _to_holders(brand: Brand, month: Month, call: Call, awaited: frozenset[int], now: datetime) -> int:
    """Send one mail to each person, whatever the number of voices held; a deputy is not asked."""
    current = Tenure.objects.current(brand.day(now)).filter(voice__in=awaited).exclude(role=TenureRole.DEPUTY)
    tenures = {f"{month}:{call}:tenure:{each.pk}": each for each in current.select_related("voice__brand")}
    return sum(_to_holder(key, tenures, call, month, now) for key in tenures)


def _to_holder(key: str, tenures: Mapping[str, Tenure], call: Call, month: Month, now: datetime) -> bool:
    """Send the mail of the tenure `key`, and of all others of the same person; return whether it was sent."""
    tenure, mine, is_sent = tenures[key], [key], False
    brand = tenure.voice.brand
    # Claimed first: whatever is wrong with this person's account, nobody asks for the name each minute.
    if not _claim(key, brand, now):
        return False
    with _surviving(mine, brand, month, now):
        if person := _taking_part(tenure, now):
            mine += _others_of(person, key, tenures, now)
            _mail(person, call, brand, month)
            is_sent = True
    return is_sent and _note(mine, now)


def _others_of(person: User, key: str, tenures: Mapping[str, Tenure], now: datetime) -> Iterator[str]:
    """Claim and yield what else of `tenures` is held by `person`, beside `key`; each is written down as read."""
    for other, tenure in tenures.items():
        if other != key and is_holder(person, tenure) and _claim(other, tenure.voice.brand, now):
            yield other
            holder(tenure, by=SYSTEM)


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


def _to_leads(brand: Brand, month: Month, now: datetime) -> int:
    leads = Membership.objects.current(brand.day(now)).filter(brand=brand, role=Role.LEAD)
    active = leads.filter(user__is_active=True).select_related("user").order_by("pk")
    return sum(_to_lead(each.user, brand, month, now) for each in active)


def _to_lead(person: User, brand: Brand, month: Month, now: datetime) -> bool:
    key, is_sent = f"{month}:{Call.CLOSABLE}:brand:{brand.pk}:user:{person.pk}", False
    if not _claim(key, brand, now):
        return False
    with _surviving([key], brand, month, now):
        _mail(person, Call.CLOSABLE, brand, month)
        is_sent = True
    return is_sent and _note([key], now)


def _claim(key: str, brand: Brand, now: datetime) -> bool:
    """Take the reminder `key` for this process; return whether it is ours: new, or one that failed a while ago."""
    _reminder, is_new = Reminder.objects.get_or_create(key=key, defaults={"brand": brand, "claimed_at": now})
    failed = Reminder.objects.filter(key=key, failed_at__lte=now - AGAIN_AFTER)
    return is_new or bool(failed.update(claimed_at=now, failed_at=None))


@contextmanager
def _surviving(keys: Collection[str], brand: Brand, month: Month, now: datetime) -> Iterator[None]:
    """Let an error stop this one mail, which surely was not sent, and no other; it is tried again later."""
    try:
        yield
    except Exception as problem:
        # Its kind alone: what a mail server says repeats the address.
        log.error("reminder_failed", brand=brand.pk, month=str(month), error=type(problem).__name__)
        Reminder.objects.filter(key__in=keys).update(failed_at=now)


def _mail(person: User, call: Call, brand: Brand, month: Month) -> None:
    with translation.override(_language(person, brand)):
        subject, text = _words(call, brand, month)
    send_mail(subject, text, None, [person.email])


def _note(keys: Collection[str], now: datetime) -> bool:
    """Note that the mail of `keys` was sent; return whether there was one."""
    return bool(Reminder.objects.filter(key__in=keys).update(sent_at=now))


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
