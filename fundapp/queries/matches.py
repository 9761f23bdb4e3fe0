"""How well each reviewer of a panel suits each application, from what both say."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.reviewer_profiles import Profile
from fundapp.joint.assignment.affinity import (
    Affinity,
    ApplicationSubject,
    Bid,
    Expertise,
    ReviewerProfile,
    affinity_of,
)
from fundapp.queries.languages import language_name
from fundapp.queries.matching import NO_SUBJECT, MatchFacts, Subject
from fundapp.queries.panel import Pair, Panel


class Matcher:
    """Gives the affinity of a reviewer with an application; equal questions are asked once."""

    def __init__(self, facts: MatchFacts) -> None:
        self._facts = facts
        self._reviewers: dict[UUID, ReviewerProfile] = {}
        self._found: dict[tuple[UUID, Subject, BidValue | None], Affinity] = {}

    def match(self, pair: Pair) -> Affinity:
        """Return the affinity of (application id, person id), with what it rests on."""
        application_id, person_id = pair
        subject = self._facts.subjects.get(application_id, NO_SUBJECT)
        bid = self._facts.bids.get(pair)
        key = (person_id, subject, bid)
        if key not in self._found:
            self._found[key] = self._worked_out(person_id, subject, bid)
        return self._found[key]

    def level(self, pair: Pair) -> str:
        """Return the best level that the reviewer declared on the topics; "" for none."""
        declared = self._reviewer(pair[1]).expertise
        topics = self._facts.subjects.get(pair[0], NO_SUBJECT).topics
        found = {declared.get(topic.casefold()) for topic in topics}
        return next((level.value for level in Expertise if level in found), "")

    def _worked_out(self, person_id: UUID, subject: Subject, bid: BidValue | None) -> Affinity:
        reviewer = self._reviewer(person_id)
        spelled = {topic: reviewer.expertise.get(topic.casefold()) for topic in subject.topics}
        known = {topic: level for topic, level in spelled.items() if level is not None}
        # Who named no language at all has not said that they cannot read this one.
        language = subject.language if reviewer.languages else ""
        return affinity_of(
            replace(reviewer, expertise=known),
            ApplicationSubject(topics=subject.topics, language=language),
            Bid(bid.value) if bid is not None else None,
        )

    def _reviewer(self, person_id: UUID) -> ReviewerProfile:
        if person_id not in self._reviewers:
            profile = self._facts.profiles.get(person_id, Profile())
            self._reviewers[person_id] = ReviewerProfile(
                expertise={
                    topic.casefold(): Expertise(level.value)
                    for topic, level in profile.expertise.items()
                },
                languages=frozenset(language_name(tag) for tag in profile.languages),
            )
        return self._reviewers[person_id]


def all_matches(panel: Panel, facts: MatchFacts, matcher: Matcher) -> Mapping[Pair, Affinity]:
    """Return the affinity of every pair; {} where nothing tells one pair from another."""
    if facts.say_nothing:
        return {}
    return {
        (application.id, seat.person_id): matcher.match((application.id, seat.person_id))
        for application in panel.applications
        for seat in panel.seats
    }
