"""The life of a voice and of a step of the study, declared as data and checked when it is imported."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portevoix.core.states import StateGraph


class VoiceState(TextChoices):
    """Where a voice is in its life."""

    CANDIDATE = "candidate", _("Candidate")
    TRIAL = "trial", _("Trial")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", pgettext_lazy("voice", "Closed")


VOICE = StateGraph(
    "voice",
    initial=VoiceState.CANDIDATE,
    edges={
        VoiceState.CANDIDATE: (VoiceState.TRIAL, VoiceState.CLOSED),
        VoiceState.TRIAL: (VoiceState.ACTIVE, VoiceState.CLOSED),
        VoiceState.ACTIVE: (VoiceState.PAUSED, VoiceState.CLOSED),
        VoiceState.PAUSED: (VoiceState.ACTIVE, VoiceState.CLOSED),
        VoiceState.CLOSED: (),
    },
)

SPEAKING = (VoiceState.TRIAL, VoiceState.ACTIVE)
"""States in which a voice is heard by the public; a named voice needs its consent for them."""


class StepState(TextChoices):
    """How far a step of the study has come."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")


STEP = StateGraph(
    "study step",
    initial=StepState.PLANNED,
    edges={
        StepState.PLANNED: (StepState.UNDER_WAY,),
        StepState.UNDER_WAY: (StepState.DONE, StepState.PLANNED),
        StepState.DONE: (StepState.UNDER_WAY,),
    },
)
"""Each move can be taken back: what was called done may need more work."""
