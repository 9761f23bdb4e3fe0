"""What the invented reviewers say to reviewing each application, before they are assigned."""

from collections.abc import Collection, Sequence
from random import Random

from sqlalchemy import select

from fundapp.demo.stage import Stage
from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.reviewer_profiles import Level, Profile
from fundapp.models import Application
from fundapp.queries.matching import match_facts
from fundapp.services.bids import save_bids

_AT_EASE = (BidValue.WILLING, BidValue.WILLING, None)
_STRANGE = (None, None, None, BidValue.UNWILLING)


def bid_on_all(stage: Stage, key: str, names: Collection[str]) -> str:
    """Let reviewers bid by what they know: eager where they are experts, seldom unwilling."""
    made = 0
    for name in sorted(names):
        with stage.transaction() as session:
            facts = match_facts(session, stage.rounds[key])
            profile = facts.profiles[stage.people[name]]
            titles = session.execute(
                select(Application.id, Application.title).where(
                    Application.round_id == stage.rounds[key]
                )
            )
            bids = {
                row.id: _bid(profile, facts.subjects[row.id].topics, seed=f"{name}: {row.title}")
                for row in titles
            }
            actor = stage.actor(session, name)
            made += save_bids(session, stage.rounds[key], bids, actor=actor, now=stage.now)
    return f"{len(names)} reviewers make {made} bids."


def _bid(profile: Profile, topics: Sequence[str], *, seed: str) -> BidValue | None:
    chance = Random(seed)  # noqa: S311 - invented bids
    levels = {profile.expertise.get(topic) for topic in topics}
    if Level.HIGH in levels:
        return BidValue.EAGER
    return chance.choice(_AT_EASE if Level.MEDIUM in levels else _STRANGE)
