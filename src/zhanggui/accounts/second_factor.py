"""The second factor as this house has it: its seeds sealed with the key ring, its names in our words."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.utils.translation import gettext, gettext_lazy

from zhanggui.accounts.models import User

PURPOSE = b"accounts.second_factor"


def seal(text: str) -> str:
    return base64.b64encode(settings.KEY_RING.seal(text.encode(), PURPOSE)).decode()


def opened(sealed: str) -> str:
    """What ``seal`` sealed. Raises Unopened where the key is not on the ring."""
    text: str = settings.KEY_RING.open(base64.b64decode(sealed), PURPOSE).decode()
    return text


def spend(person_id: int, code: str) -> bool:
    """Whether this code was never shown before while it could count; from now on it was."""
    digits = "".join(filter(str.isdigit, code))
    window_s = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
    return bool(cache.add(f"accounts.code:{person_id}:{digits}", 1, timeout=window_s))


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals what must not be read from a stolen disk, and keeps what a role asks for."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("验证码不对，或已经用过。看一眼手机上现在的数字再试。"),
        "cannot_delete_authenticator": gettext_lazy("您的角色要求两步验证。先加一把通行密钥，再停用验证码。"),
        "cannot_generate_recovery_codes": gettext_lazy("先开启两步验证，才有恢复码。"),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one where the role asks for one."""
        person = authenticator.user
        if not isinstance(person, User) or not person.role.second_factor:
            return True
        kept = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)
        return bool(kept.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        many: int = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("通行密钥 %d") % (many + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": gettext("掌柜")}
