"""What every figure that is kept has."""

from django.db import models


class Figure(models.Model):
    """One metric's value, and the value of the month before; an empty one means that nobody looked."""

    metric = models.CharField(max_length=40)
    metric_version = models.PositiveIntegerField()
    value = models.FloatField(null=True)
    previous = models.FloatField(null=True)

    class Meta:
        abstract = True
