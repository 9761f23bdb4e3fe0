"""An open prize round that takes nominations, one of them asked, for the permission table."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.prize_rules import Gate, GateCode, PrizeRules, prize_rules_as_data
from fundapp.domain.states import NominationState, RoundKind, RoundState
from fundapp.models import Nomination, Person, Round
from fundapp.services.tokens import hash_of_token
from tests.builders import NOW, a_round

NOMINATION_LINK = "/nomination-links/asked-nomination"
RULES = PrizeRules(gates=(Gate(GateCode.READABLE_LOG),), takes_nominations=True)


def build_nominations(
    session: Session, people: Mapping[str, Person]
) -> tuple[Round, Round, dict[str, UUID]]:
    """Return the open round, a draft of another, and the ids of nominations by their state."""
    draft = a_round(
        session, RoundState.DRAFT, kind=RoundKind.PRIZE, created_by_id=people["manager"].id
    )
    round_ = a_round(
        session,
        kind=RoundKind.PRIZE,
        prize_rules=prize_rules_as_data(RULES),
        created_by_id=people["manager"].id,
    )
    nominations = {
        state: Nomination(
            round_id=round_.id,
            title="Drift meter",
            website=f"https://example.org/{state.value}",
            reason="It measures.",
            maker_name="Mara Sample",
            maker_email="mara@sample.example",
            state=state,
            nominated_at=NOW,
        )
        for state in (NominationState.RECEIVED, NominationState.ASKED)
    }
    nominations[NominationState.ASKED].token_hash = hash_of_token("asked-nomination")
    session.add_all(nominations.values())
    session.flush()
    return round_, draft, {state.value: one.id for state, one in nominations.items()}
