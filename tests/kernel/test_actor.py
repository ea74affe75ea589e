"""What a grant of the policy holds."""

import pytest

from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed


@pytest.mark.parametrize(
    ("grant", "takes", "held"),
    [
        ("Y", (), True),
        ("Y A S R", (), True),
        ("O ≤1000", (), True),
        ("Y tax", (), False),
        ("Y tax", ("tax",), True),
        ("stock", ("settlement",), False),
        ("M label", ("label", "tax"), True),
    ],
)
def test_a_grant_narrowed_to_a_part_is_none_for_the_whole(grant: str, takes: tuple[str, ...], held: bool) -> None:
    someone = Actor("person", 1, "林晓", {"settings": grant})
    assert someone.granted("settings", takes=takes) is held
    if held:
        someone.require("settings", takes=takes)
    else:
        with pytest.raises(NotAllowed):
            someone.require("settings", takes=takes)
    assert not someone.granted("backup", takes=takes)
    assert SYSTEM.granted("settings")
