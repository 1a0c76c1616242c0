"""The ledger's tables. Rows are added by `audit.ledger.record` and never change."""

from django.db import models


class Chain(models.Model):
    """The head of one chain: a chain per appointment, so that panels never wait for each other."""

    key = models.CharField(max_length=60, primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    salt = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.key}#{self.sequence}"


class Entry(models.Model):
    """One thing that was done: who, what, to which object, from what to what, why and when."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveBigIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    actor = models.CharField(max_length=60)
    on_behalf_of = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=60)
    object = models.CharField(max_length=80)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    request_id = models.CharField(max_length=36, blank=True)
    app_version = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "sequence"], name="entry_sequence_once_per_chain"
            ),
            models.CheckConstraint(
                condition=models.Q(sequence__gte=1), name="entry_sequence_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}#{self.sequence} {self.action}"


class SignedHead(models.Model):
    """A chain's head signed with the trust's Ed25519 key at one moment, as printed on documents."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="signed_heads")
    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "sequence"], name="signed_head_once_per_sequence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}#{self.sequence} signed"
