"""Scorecards: the rows that pages read."""

from django.db import models
from django.db.models import Q

from portevoix.measures.models.figures import Figure
from portevoix.people.models import Brand
from portevoix.programme.models import Voice


class Scorecard(models.Model):
    """One brand's figures of one month. `fingerprint` names all that they were computed from.

    `mark` changes with whatever becomes known of the brand (`measures.freshness`): as long as it is the brand's
    own, nothing has. `watermark` tells which facts counted when computing began (`ledger.queries.watermark`).
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    month = models.CharField(max_length=7)
    fingerprint = models.CharField(max_length=64)
    mark = models.CharField(max_length=64, default="")
    watermark = models.JSONField(default=list)
    time_zone = models.CharField(max_length=60)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ("brand", "-month")
        constraints = (models.UniqueConstraint(fields=("brand", "month"), name="measures_scorecard_once"),)

    def __str__(self) -> str:
        return f"{self.month} of brand {self.brand_id}"


class ScorecardLine(Figure):
    """One figure: a voice's, or the brand's own where `voice` is empty. An empty value means nobody looked."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="lines")
    voice = models.ForeignKey(Voice, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scorecard", "voice", "metric"), name="measures_line_once"),
            models.UniqueConstraint(
                fields=("scorecard", "metric"), condition=Q(voice=None), name="measures_brand_line_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} of voice {self.voice_id}"
