"""The study with which a programme starts: its steps, its text, the rivals read, and its versions."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portevoix.people.models import Brand, User
from portevoix.programme.kinds import GRADES, Criterion
from portevoix.programme.models.voices import Voice
from portevoix.programme.states import StepState


class StudyRow(models.Model):
    """What every row of a study has. One that was removed is kept, so that it can be brought back."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    is_removed = models.BooleanField(default=False)

    class Meta:
        abstract = True


class StudyStep(StudyRow):
    """A dated step of the study, possibly in one country, and what came out of it. `until_on` is its last day."""

    title = models.CharField(_("title"), max_length=120)
    country = models.CharField(_("country"), max_length=60, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=StepState, default=StepState.PLANNED)
    outcome = models.TextField(_("what came out of it"), blank=True)

    class Meta:
        ordering = (F("from_on").asc(nulls_last=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(from_on__lte=F("until_on")),
                name="programme_step_forward",
            ),
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="programme_step_state"),
        )

    def __str__(self) -> str:
        return self.title


class StudySection(StudyRow):
    """A section of the study. `text` is plain text in which Markdown's lists, links and emphasis count."""

    position = models.PositiveIntegerField(_("place"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class StudyFigure(models.Model):
    """A figure that stands beside a section: a metric of one voice, or of the brand's own line.

    `metric` is an id of the catalogue, which lies above this part. `month` is written YYYY-MM; empty means the
    last month known.
    """

    section = models.ForeignKey(StudySection, on_delete=models.CASCADE, related_name="figures")
    metric = models.CharField(_("figure"), max_length=40)
    voice = models.ForeignKey(Voice, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    month = models.CharField(_("month"), max_length=7, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("section", "metric", "voice", "month"), name="programme_study_figure_once"
            ),
            models.UniqueConstraint(
                fields=("section", "metric", "month"),
                condition=Q(voice=None),
                name="programme_study_brand_figure_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} of voice {self.voice_id} in {self.month or 'the last month'}"


class StudiedRival(StudyRow):
    """A competitor whose practices the study reads: who it is, where it is at home, its site."""

    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=60, blank=True)
    site = models.URLField(_("site"), max_length=300, blank=True)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class RivalCoding(models.Model):
    """What was read of a rival by one criterion: its grade, on which evidence, on which day."""

    rival = models.ForeignKey(StudiedRival, on_delete=models.CASCADE, related_name="codings")
    criterion = models.CharField(_("criterion"), max_length=12, choices=Criterion)
    grade = models.PositiveSmallIntegerField(_("grade"), validators=[MaxValueValidator(GRADES - 1)])
    evidence = models.TextField(_("evidence"), blank=True)
    read_on = models.DateField(_("read on"))

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("rival", "criterion"), name="programme_coding_once"),
            models.CheckConstraint(condition=Q(grade__lt=GRADES), name="programme_coding_grade"),
            models.CheckConstraint(
                condition=Q(criterion__in=Criterion.values), name="programme_coding_criterion"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion} of rival {self.rival_id}"


class StudyRevision(models.Model):
    """A version of the whole study, frozen with its figures. It is never changed.

    `content` is what `programme.study.content` writes and reads.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(_("version"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("because"), max_length=300)
    content = models.JSONField()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("brand", "number"), name="programme_study_once"),)

    def __str__(self) -> str:
        return f"v{self.number}"
