"""Two texts told as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.text_changes import TextRun, changed_words


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("", "", []),
        ("", "new", [("new", "added")]),
        ("old", "", [("old", "removed")]),
        ("We thank you.", "We thank you.", [("We thank you.", "same")]),
        (
            "We thank you.",
            "We greet you.",
            [("We ", "same"), ("thank", "removed"), ("greet", "added"), (" you.", "same")],
        ),
    ],
)
def test_words_that_changed(old, new, runs):
    assert changed_words(old, new) == [TextRun(*run) for run in runs]


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_off(old, new):
    runs = changed_words(old, new)
    assert "".join(run.text for run in runs if run.change != "added") == old
    assert "".join(run.text for run in runs if run.change != "removed") == new


def test_very_long_texts_are_given_whole():
    old, new = "a " * 3_000, "b " * 3_000
    assert changed_words(old, new) == [TextRun(old, "removed"), TextRun(new, "added")]
