"""Who holds a voice and who held it, read name by name through the one query that writes each reading down."""

from dataclasses import dataclass

from portevoix.core.errors import NotFound
from portevoix.people.models import User
from portevoix.programme.models import Tenure, Voice
from portevoix.programme.queries import holder


@dataclass(frozen=True)
class Held:
    """One person's time with a voice; `person` is None when that account no longer exists."""

    tenure: Tenure
    person: User | None


def held_by(voice: Voice, *, by: User) -> list[Held]:
    """Return who holds and held `voice`, the latest first; that `by` asked is journalled for each.

    Raises NotAllowed for whoever may not know.
    """
    tenures = voice.tenures.order_by("-from_on", "-pk")
    return [Held(tenure, _person(tenure, voice, by)) for tenure in tenures]


def _person(tenure: Tenure, voice: Voice, by: User) -> User | None:
    tenure.voice = voice
    try:
        return holder(tenure, by=by)
    except NotFound:
        return None
