"""One table without constraints, as wide as a score."""

from django.db import models


class Row(models.Model):
    """What the floor inserts."""

    sheet = models.PositiveBigIntegerField()
    criterion = models.PositiveBigIntegerField()
    value = models.PositiveSmallIntegerField()
    evidence = models.TextField()
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"row {self.pk}"
