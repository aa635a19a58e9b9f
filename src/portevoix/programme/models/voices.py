"""What the public hears: voices, and the consent of those who speak under their own name."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portevoix.core import clock
from portevoix.people.models import Brand
from portevoix.programme.kinds import VoiceKind
from portevoix.programme.models.ranges import ProductRange, Sphere
from portevoix.programme.rules import HUES
from portevoix.programme.states import SPEAKING, VoiceState


class VoiceQuerySet(models.QuerySet["Voice"]):
    """Voices, by what they are and where they are in their life."""

    def open(self) -> "VoiceQuerySet":
        """Return voices that are not closed."""
        return self.exclude(state=VoiceState.CLOSED)

    def speaking(self) -> "VoiceQuerySet":
        """Return voices that the public hears at present."""
        return self.filter(state__in=SPEAKING)

    def owned(self) -> "VoiceQuerySet":
        """Return what the brand owns: its own voices and its personas, never a named voice."""
        return self.exclude(kind=VoiceKind.NAMED)

    def official(self) -> "VoiceQuerySet":
        """Return the brand's own voices and personas that are heard; named voices are never among them."""
        return self.speaking().owned()


class Voice(models.Model):
    """What the public hears: a name, a biography, languages, a colour. It outlives whoever holds it.

    `weekly_minutes` is the time agreed with the holder, in minutes a week. `hue` is an index, 0 to 23, of the
    palette of voices.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=VoiceKind)
    state = models.CharField(_("state"), max_length=10, choices=VoiceState, default=VoiceState.CANDIDATE)
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    product_range = models.ForeignKey(
        ProductRange, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sphere = models.ForeignKey(Sphere, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    watch_domain = models.TextField(_("watch domain"), blank=True)
    weekly_minutes = models.PositiveSmallIntegerField(_("minutes a week"), null=True, blank=True)
    hue = models.PositiveSmallIntegerField(_("colour"), default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ("slug", "pk")
        constraints = (
            models.UniqueConstraint(fields=("brand", "slug"), name="programme_voice_once"),
            models.CheckConstraint(condition=Q(hue__lt=HUES), name="programme_voice_hue"),
            models.CheckConstraint(condition=Q(kind__in=VoiceKind.values), name="programme_voice_kind"),
            models.CheckConstraint(condition=Q(state__in=VoiceState.values), name="programme_voice_state"),
        )

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """Return the name to show: the full name, else the first name, else the slug."""
        return self.name or self.first_name or self.slug

    @property
    def is_named(self) -> bool:
        """Return whether an employee speaks here under the own name, by consent."""
        return self.kind == VoiceKind.NAMED


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Consents, by whether they count on a day."""

    def in_force(self, on: date) -> "ConsentQuerySet":
        """Return consents given by the day `on` and not revoked by then."""
        return self.filter(Q(revoked_on=None) | Q(revoked_on__gt=on), given_on__lte=on)


class Consent(models.Model):
    """The written, revocable consent of the employee who speaks through a named voice.

    It counts from the day `given_on` until the day `revoked_on`, which is excluded. `is_sharing_figures`
    says whether the voice's figures may be seen by others than the person.
    """

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="consents")
    given_on = models.DateField(_("given on"))
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    is_sharing_figures = models.BooleanField(_("figures are shared"), default=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("given_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=("voice", "given_on"), name="programme_consent_once"),
            models.UniqueConstraint(
                fields=("voice",), condition=Q(revoked_on=None), name="programme_consent_one_open"
            ),
            models.CheckConstraint(
                condition=Q(revoked_on=None) | Q(given_on__lte=F("revoked_on")),
                name="programme_consent_forward",
            ),
        )

    def __str__(self) -> str:
        return f"consent of {self.voice_id} of {self.given_on}"

    def is_in_force(self, on: date) -> bool:
        """Return whether it counts on the day `on`."""
        return self.given_on <= on and (self.revoked_on is None or on < self.revoked_on)
