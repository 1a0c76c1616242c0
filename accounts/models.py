"""Trusts, people who sign in, and the roles they hold in a trust."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class Nation(models.TextChoices):
    """The nation whose law and bank holidays a trust follows."""

    ENGLAND = "ENGLAND", "England"
    WALES = "WALES", "Wales"
    SCOTLAND = "SCOTLAND", "Scotland"
    NORTHERN_IRELAND = "NORTHERN_IRELAND", "Northern Ireland"


class TrustKind(models.TextChoices):
    """What kind of employing body a trust is."""

    NHS_TRUST = "NHS_TRUST", "NHS trust"
    FOUNDATION_TRUST = "FOUNDATION_TRUST", "NHS foundation trust"
    HEALTH_BOARD = "HEALTH_BOARD", "Health board"
    HSC_TRUST = "HSC_TRUST", "Health and Social Care trust"


class Trust(models.Model):
    """An employing body."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    nation = models.CharField(max_length=20, choices=Nation)
    kind = models.CharField(max_length=20, choices=TrustKind)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager):
    """Make users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Create a person who signs in; without a password only a code or passkey lets them in."""
        user = self.model(email=email.strip().lower(), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        """Find a person by e-mail address, in whatever case it was typed."""
        return self.get(email__iexact=email.strip())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; the e-mail address is the user name."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as the person writes it."""
        return self.name


class Role(models.TextChoices):
    """What a person may do in a trust."""

    MEDICAL_STAFFING = "MEDICAL_STAFFING", "Medical staffing"
    CHIEF_EXECUTIVE = "CHIEF_EXECUTIVE", "Chief executive"
    MEDICAL_DIRECTOR = "MEDICAL_DIRECTOR", "Medical director"
    FRAMEWORK_EDITOR = "FRAMEWORK_EDITOR", "Framework editor"
    AUDITOR = "AUDITOR", "Auditor"
    TRUST_ADMINISTRATOR = "TRUST_ADMINISTRATOR", "Trust administrator"


class TrustRole(models.Model):
    """One role that one person holds in one trust."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="trust_roles")
    trust = models.ForeignKey(Trust, on_delete=models.CASCADE, related_name="trust_roles")
    role = models.CharField(max_length=20, choices=Role)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "trust", "role"], name="trust_role_once_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.trust_id}"
