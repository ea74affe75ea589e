"""How passwords are kept: Argon2id, its costs chosen and named (docs/decisions say why)."""

from django.contrib.auth.hashers import Argon2PasswordHasher

MIB_IN_KIB = 1024


class Argon2(Argon2PasswordHasher):
    """64 MiB, three passes, one lane: some 0.2 s of one core. Whoever signs in with an older hash is hashed anew."""

    memory_cost = 64 * MIB_IN_KIB
    time_cost = 3
    parallelism = 1
