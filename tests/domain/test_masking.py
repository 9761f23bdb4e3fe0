"""What is hidden in a log's text for readers of a blind round, and what stays."""

import pytest

from fundapp.domain.blinding import Identity, Member
from fundapp.domain.masking import HIDDEN, mask_identity

ZEMBLA = Identity(
    "Zembla Gauge Ltd (fictional)",
    "https://www.zembla.example/about",
    (Member("Wanda Secretname (sample)", "wanda@gauge.example"),),
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Run by ZEMBLA GAUGE in Kenya.", f"Run by {HIDDEN} in Kenya."),
        ("Zembla Gauge Ltd made it.", f"{HIDDEN} made it."),
        ("Ask wanda secretname.", f"Ask {HIDDEN}."),
        ("See zembla.example and x.com.", f"See {HIDDEN} and x.com."),
        ("At /home/wanda/runs/a.py, line 3", f"At {HIDDEN}, line 3"),
        (r"C:\\Users\\wanda\\a.py failed".replace("\\\\", "\\"), f"{HIDDEN} failed"),
        ("git@github.com:zembla/evals.git", HIDDEN),
        ("Mail me: a.b@other.example!", f"Mail me: {HIDDEN}!"),
        ("The capital of Kenya is Nairobi.", "The capital of Kenya is Nairobi."),
        ("A gauge is no Zembla.", "A gauge is no Zembla."),
    ],
)
def test_what_tells_the_applicant_is_hidden_and_nothing_else(text: str, masked: str) -> None:
    assert mask_identity(text, ZEMBLA) == masked


def test_who_has_no_name_hides_no_words() -> None:
    nobody = Identity("", "", ())
    assert mask_identity("A text without names.", nobody) == "A text without names."
