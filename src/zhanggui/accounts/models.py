"""Our own people and roles, 64-bit from the first migration."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


class Role(models.Model):
    """What a kind of person may do. A built-in role reads its grants from the policy file; an own one keeps them here,
    and ``origin``, the built-in one it was made from: it is never looser than that.

    ``second_factor``: whoever has this role proves themselves a second way, or may do nothing but set that up.
    """

    code = models.SlugField(max_length=24, unique=True)
    name = models.CharField(max_length=40)
    grants = models.JSONField(default=dict)
    built_in = models.BooleanField(default=False)
    origin = models.CharField(max_length=24, default="", db_default="")
    second_factor = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["User"]):
    def create_user(self, email: str, password: str, **facts: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in by e-mail, or a name or phone of theirs, and has one role.

    ``phone_sealed`` is for those who may see it, ``phone_token`` to find it by, ``phone_shown`` its mask.
    ``generation`` is part of every session and every reset link: raised by one, all that were handed out are void.
    ``shop_ids`` and ``warehouse_ids`` are what they see and touch; null is every one, also those opened later.
    """

    email = models.EmailField(unique=True)
    username = models.CharField(max_length=32, null=True, unique=True)
    phone_token = models.BigIntegerField(null=True, unique=True)
    phone_sealed = models.TextField(default="", db_default="")
    phone_shown = models.CharField(max_length=40, default="", db_default="")
    name = models.CharField(max_length=40)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    generation = models.PositiveIntegerField(default=0, db_default=0)
    shop_ids = models.JSONField(null=True)
    warehouse_ids = models.JSONField(null=True)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session carries and must still match at its next request."""
        return salted_hmac("zhanggui.accounts.session", f"{self.password}:{self.generation}", algorithm="sha256").hexdigest()


class Invitation(models.Model):
    """A way in for one who is not here yet: with this role and this reach, once, until it ends.

    Of the link only a ``digest`` is kept, none before it was first handed out. ``generation`` is the inviter's when it was
    made: raised, the invitation is void like all else they handed out. Without an inviter the house itself invites.
    """

    name = models.CharField(max_length=40, default="", db_default="")
    email = models.EmailField(default="", db_default="")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="invitations")
    shop_ids = models.JSONField(null=True)
    warehouse_ids = models.JSONField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    digest = models.CharField(max_length=64, null=True, unique=True)
    maker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations")
    generation = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name or self.email or str(self.pk)


class Token(models.Model):
    """A key for a program: what its maker lent it, until when, from where. The secret itself is kept nowhere, only its digest.

    ``generation`` is the maker's when it was made: raised, the key is void like every session. ``shop_ids`` and
    ``warehouse_ids`` narrow the maker's reach, null does not. ``networks`` are CIDRs it may come from, none is anywhere.
    ``minute`` and ``calls`` count the calls of one minute.
    """

    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    shown = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    shop_ids = models.JSONField(null=True)
    warehouse_ids = models.JSONField(null=True)
    networks = models.JSONField(default=list)
    generation = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_from = models.CharField(max_length=45, default="", db_default="")
    minute = models.BigIntegerField(default=0, db_default=0)
    calls = models.BigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """How something is liked, by its ``name``: by one person, or where ``person`` is null by the whole house."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="preferences")
    name = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "name"], name="preferred_once"),
            models.UniqueConstraint(fields=["name"], condition=models.Q(person=None), name="house_prefers_once"),
        ]

    def __str__(self) -> str:
        return self.name
