"""The keys of the programme file, as data: for each, the model's field and the reader of its value."""

from collections.abc import Collection
from datetime import tzinfo
from typing import Final

from portevoix.programme.file import fields
from portevoix.programme.file.fields import Fields, Reader, list_of, optional, text
from portevoix.programme.kinds import PhaseKind, SphereKey, VoiceKind
from portevoix.programme.rules import HUES
from portevoix.programme.states import VOICE as LIFE

SECTIONS: Final = ("brand", "spheres", "ranges", "phases", "line", "voices")
MINUTES_A_WEEK: Final = 7 * 24 * 60

_texts = list_of(text(500))
_languages = list_of(fields.language)
_long = optional(text(10_000, is_long=True), "")
_percent: Reader[int | None] = optional(fields.whole(100), None)

BRAND: Final[Fields] = {
    "name": ("name", text(120)),
    "time_zone": ("time_zone", fields.time_zone),
    "languages": ("languages", _languages),
}
SPHERE: Final[Fields] = {"objectives": ("objectives", _texts)}
PHASE: Final[Fields] = {
    "kind": ("kind", fields.one_of(PhaseKind.values)),
    "range": ("product_range", optional(fields.slug(), None)),
    "from": ("from_on", fields.day),
    "to": ("to_on", optional(fields.day, None)),
    "commercial_ceiling": ("commercial_ceiling", _percent),
    "targets": ("targets", optional(fields.targets, {})),
    "exit_criteria": ("exit_criteria", _texts),
}
LINE: Final[Fields] = {
    "topics": ("topics", _texts),
    "tone": ("tone", _long),
    "languages": ("languages", _languages),
    "forbidden_words": ("forbidden_words", _texts),
    "disclosure": ("disclosure", _long),
    "commercial_ceiling": ("commercial_ceiling", _percent),
    "courtesy": ("courtesy", _texts),
}
VOICE: Final[Fields] = {
    "kind": ("kind", fields.one_of(VoiceKind.values)),
    "state": ("state", fields.one_of(LIFE.states)),
    "first_name": ("first_name", optional(text(60), "")),
    "name": ("name", optional(text(120), "")),
    "sphere": ("sphere", optional(fields.one_of(SphereKey.values), None)),
    "range": ("product_range", optional(fields.slug(), None)),
    "biography": ("biography", _long),
    "languages": ("languages", _languages),
    "watch_domain": ("watch_domain", _long),
    "weekly_minutes": ("weekly_minutes", optional(fields.whole(MINUTES_A_WEEK), None)),
    "hue": ("hue", fields.whole(HUES - 1)),
}
CONSENT: Final[Fields] = {
    "revoked_on": ("revoked_on", optional(fields.day, None)),
    "figures_shared": ("is_sharing_figures", fields.yes_or_no),
}
ACCOUNT: Final[Fields] = {
    "handle": ("handle", optional(fields.handle, "")),
    "display_name": ("display_name", optional(text(200), "")),
    "url": ("url", optional(fields.web_address, "")),
}


def range_fields(networks: Collection[str]) -> Fields:
    """Return the fields of a range, whose preferred networks are among `networks`."""
    return {
        "name": ("name", text(120)),
        "objectives": ("objectives", _texts),
        "cadence": ("cadence", optional(fields.whole(1000), None)),
        "vocabulary": ("vocabulary", _texts),
        "audience_segments": ("audience_segments", _texts),
        "preferred_networks": ("preferred_networks", list_of(fields.one_of(networks))),
    }


def holding_fields(zone: tzinfo) -> Fields:
    """Return the fields that say from when to when an account is held; days begin at midnight in `zone`."""
    moment = optional(fields.instant(zone), None)
    return {"from": ("from_at", moment), "to": ("to_at", moment)}
