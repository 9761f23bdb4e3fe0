import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.assignment.affinity import (
    AffinityWeights,
    ApplicationSubject,
    Bid,
    Expertise,
    ReviewerProfile,
    affinity_of,
)

EXPERT = ReviewerProfile(
    expertise={"red-teaming": Expertise.HIGH, "audits": Expertise.MEDIUM, "law": Expertise.LOW},
    languages={"English", "French"},
)


@pytest.mark.parametrize(
    ("topics", "language", "bid", "value", "explanation"),
    [
        (
            ["red-teaming"],
            "French",
            Bid.EAGER,
            1.0,
            "expert in red-teaming; reads French; asked for it",
        ),
        (["red-teaming"], "English", None, 0.85, "expert in red-teaming; reads English"),
        (
            ["red-teaming", "law", "audits"],
            "",
            Bid.WILLING,
            0.7 * (1 + 1.85 / 3) / 2 + 0.3 * 0.7,
            "expert in red-teaming; knows audits; knows a little of law; is willing",
        ),
        (
            ["biology", "chemistry"],
            "",
            Bid.IF_NEEDED,
            0.09,
            "has declared nothing on biology and chemistry; would do it if needed",
        ),
        ([], "", None, 0.5, "the application names no topic"),
        (
            ["red-teaming"],
            "Welsh",
            Bid.UNWILLING,
            0.07,
            "expert in red-teaming; does not read Welsh; would rather not",
        ),
    ],
)
def test_what_an_affinity_is_and_rests_on(topics, language, bid, value, explanation):
    found = affinity_of(EXPERT, ApplicationSubject(topics=topics, language=language), bid)
    assert found.value == pytest.approx(value)
    assert found.explanation == explanation


TOPICS = st.sets(st.sampled_from("abcd"))
LEVELS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(Expertise))


@given(TOPICS, LEVELS, st.none() | st.sampled_from(Bid), st.booleans())
def test_affinities_lie_between_0_and_1_and_more_expertise_never_harms(topics, levels, bid, reads):
    subject = ApplicationSubject(topics=topics, language="French")
    languages = {"French"} if reads else set()

    def value(expertise):
        profile = ReviewerProfile(expertise=expertise, languages=languages)
        return affinity_of(profile, subject, bid).value

    assert 0 <= value(levels) <= 1
    assert value({**levels, "a": Expertise.HIGH}) >= value(levels)


@pytest.mark.parametrize("wrong", [{"expertise": 1.1}, {"unread": -0.1}, {"bids": {Bid.EAGER: 2}}])
def test_weights_outside_0_to_1_are_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        AffinityWeights(**wrong)
