"""Writes the parts of a new round from plain values."""

from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.questions import Section
from fundapp.domain.rules import RoundContent
from fundapp.models import Criterion, Envelope, ExchangeRate, FunderWeight, PrizeRung, Question
from fundapp.models import Section as SectionRow
from fundapp.queries.questions import columns_for
from fundapp.queries.round_records import criterion_columns


def write_content(session: Session, round_id: UUID, content: RoundContent) -> None:
    """Add the form, criteria, rates, envelopes and prizes of a round that has none of them."""
    for position, section in enumerate(content.sections, start=1):
        _write_section(session, round_id, section, position=position)
    criteria = {
        criterion.code: Criterion(
            round_id=round_id, position=position, **criterion_columns(criterion)
        )
        for position, criterion in enumerate(content.rubric.criteria, start=1)
    }
    session.add_all(criteria.values())
    session.flush()
    for position, share in enumerate(content.envelopes, start=1):
        session.add(
            Envelope(
                round_id=round_id,
                funder_id=share.funder_id,
                position=position,
                amount=share.amount,
                own_amount=share.own.minor if share.own else None,
                own_currency=share.own.currency if share.own else None,
            )
        )
        session.add_all(
            FunderWeight(
                round_id=round_id,
                funder_id=share.funder_id,
                criterion_id=criteria[code].id,
                weight=weight,
            )
            for code, weight in share.weights.items()
        )
    for rate in content.rates:
        session.add(ExchangeRate(round_id=round_id, **vars(rate)))
    for position, prize in enumerate(content.prizes, start=1):
        session.add(PrizeRung(round_id=round_id, position=position, **vars(prize)))
    session.flush()


def _write_section(session: Session, round_id: UUID, section: Section, *, position: int) -> None:
    row = SectionRow(round_id=round_id, position=position, title=section.title, intro=section.intro)
    session.add(row)
    session.flush()
    for number, question in enumerate(section.questions, start=1):
        session.add(
            Question(
                round_id=round_id,
                section_id=row.id,
                position=number,
                **columns_for(question),
            )
        )
