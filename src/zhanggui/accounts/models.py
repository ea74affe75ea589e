"""Our own people and roles, 64-bit from the first migration."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


class Role(models.Model):
    """What a kind of person may do. A built-in role reads its grants from the policy file; an own one keeps them here.

    ``second_factor``: whoever has this role proves themselves a second way, or may do nothing but set that up.
    """

    code = models.SlugField(max_length=24, unique=True)
    name = models.CharField(max_length=40)
    grants = models.JSONField(default=dict)
    built_in = models.BooleanField(default=False)
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
    """A person who signs in by e-mail and has one role.

    ``generation`` is part of every session and every reset link: raised by one, all that were handed out are void.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=40)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    generation = models.PositiveIntegerField(default=0, db_default=0)
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
