"""Links that let somebody set a new password: good once, for an hour, and void as soon as anything about the person changes."""

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from zhanggui.accounts.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """Django's tokens end with the password and the last sign-in; ours also with the generation and with being switched off."""

    key_salt = "zhanggui.accounts.links"

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        assert isinstance(user, User)
        return f"{super()._make_hash_value(user, timestamp)}:{user.generation}:{user.is_active}"


def reset_path(person: User) -> str:
    """The path under which this person sets a new password."""
    key = ResetTokens().make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
