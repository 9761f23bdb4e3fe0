"""The frozen rows of letters, built from the database for a batch of ordered documents."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from fundapp.domain.letter_terms import letter_terms_from_data
from fundapp.domain.money import Money
from fundapp.domain.states import DecisionKind, DecisionState, DocumentKind, RoundKind
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    DocumentOrder,
    Funder,
    IssuedDocument,
    Organisation,
    Person,
    PrizeRung,
    Release,
    Round,
    Tranche,
)
from fundapp.queries.confirmed_results import confirmed_results
from fundapp.queries.countries import country_names
from fundapp.queries.document_rows import (
    Addressee,
    Appeal,
    AwardLetter,
    Condition,
    ConfirmedResult,
    ContributionLine,
    DeclineLetter,
    FundIdentity,
    Letter,
    OwnSum,
    OwnText,
    ReserveLetter,
    Signature,
    TrancheLine,
    WithdrawalLetter,
)
from fundapp.queries.exchange_rates import RoundRates, own_parts, round_rates
from fundapp.queries.letter_texts import own_texts_of
from fundapp.queries.panel_views import PanelViews, panel_views
from fundapp.queries.signatures import signatures_of


@dataclass(frozen=True)
class LetterOrder:
    """One ordered letter with what it is about; table rows stay inside this module."""

    order: DocumentOrder
    application: Application
    round: Round
    organisation: Organisation
    contact: Person
    decision: Decision
    orderer: str
    ends: str | None


@dataclass(frozen=True)
class _Gathered:
    """What the letters of one batch need beside their own order."""

    fund: FundIdentity
    views: PanelViews
    parts: Mapping[UUID, Sequence[Any]]
    awards: Mapping[UUID, Award]
    tranches: Mapping[UUID, Sequence[Tranche]]
    rungs: Mapping[UUID, str]
    releasers: Mapping[datetime, str]
    reviewed: int
    awarded: int
    rates: RoundRates
    texts: Mapping[UUID, tuple[OwnText, ...]]
    signed: Mapping[UUID, Mapping[UUID, tuple[str, datetime]]]
    confirmed: Mapping[UUID, ConfirmedResult]


def letter_rows(
    session: Session, order_ids: Sequence[UUID], *, fund: FundIdentity
) -> dict[UUID, Letter]:
    """Return the letters to print by order, all of one round. 14 statements for any number,
    15 where somebody asked in another currency; one more where the fund has its own words, and
    in a prize round.

    An order without a released decision gives no row.
    """
    orders = _orders(session, order_ids)
    if not orders:
        return {}
    gathered = _gather(session, orders, fund=fund)
    return {entry.order.id: _letter(entry, gathered) for entry in orders}


def _orders(session: Session, order_ids: Sequence[UUID]) -> list[LetterOrder]:
    orderer = aliased(Person)
    rows = session.execute(
        select(
            DocumentOrder,
            Application,
            Round,
            Organisation,
            Person,
            Decision,
            orderer.name,
            _award_letter_before(),
        )
        .join(orderer, orderer.id == DocumentOrder.ordered_by_id)
        .join(Application, Application.id == DocumentOrder.application_id)
        .join(Round, Round.id == Application.round_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Application.contact_id)
        .join(Decision, Decision.application_id == Application.id)
        .where(DocumentOrder.id.in_(order_ids), Decision.state == DecisionState.RELEASED)
        .order_by(Application.number, DocumentOrder.version)
    )
    return [LetterOrder(*row) for row in rows]


def _award_letter_before() -> Any:
    """Return the newest award letter on the order's application, which a withdrawal ends."""
    return (
        select(IssuedDocument.reference)
        .where(
            IssuedDocument.application_id == Application.id,
            IssuedDocument.kind == DocumentKind.AWARD_LETTER.value,
        )
        .order_by(IssuedDocument.version.desc())
        .limit(1)
        .scalar_subquery()
    )


def _gather(session: Session, orders: Sequence[LetterOrder], *, fund: FundIdentity) -> _Gathered:
    round_ = orders[0].round
    decision_ids = [entry.decision.id for entry in orders]
    told = session.execute(
        select(Decision.application_id, Decision.kind).where(
            Decision.round_id == round_.id, Decision.state == DecisionState.RELEASED
        )
    ).all()
    funded = frozenset(row.application_id for row in told if row.kind is DecisionKind.AWARD)
    awards = session.scalars(select(Award).where(Award.decision_id.in_(decision_ids))).all()
    return _Gathered(
        fund=fund,
        views=panel_views(
            session,
            round_.id,
            seed=round_.seed,
            application_ids=[entry.application.id for entry in orders],
            funded=funded,
        ),
        parts=_parts(session, decision_ids),
        awards={award.decision_id: award for award in awards},
        tranches=_tranches(session, [award.id for award in awards]),
        rungs={
            rung.id: rung.title
            for rung in session.scalars(select(PrizeRung).where(PrizeRung.round_id == round_.id))
        },
        releasers={
            row.released_at: row.name
            for row in session.execute(
                select(Release.released_at, Person.name)
                .join(Person, Person.id == Release.released_by_id)
                .where(Release.round_id == round_.id)
            )
        },
        reviewed=len(told),
        awarded=len(funded),
        texts=own_texts_of(
            session, [entry.order.text_id for entry in orders if entry.order.text_id]
        ),
        rates=round_rates(
            session,
            round_.id,
            currency=round_.currency,
            has_others=any(entry.application.own_currency for entry in orders),
        ),
        signed=signatures_of(session, [entry.order.id for entry in orders]),
        confirmed=confirmed_results(session, funded) if round_.kind is RoundKind.PRIZE else {},
    )


def _parts(session: Session, decision_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Any]]:
    rows = session.execute(
        select(
            Contribution.decision_id,
            Contribution.funder_id,
            Contribution.amount,
            Contribution.paid_when,
            Contribution.answered_at,
            Funder.name.label("funder"),
            Person.name.label("officer"),
        )
        .join(Funder, Funder.id == Contribution.funder_id)
        .outerjoin(Person, Person.id == Contribution.answered_by_id)
        .where(Contribution.decision_id.in_(decision_ids))
        .order_by(Contribution.amount.desc(), Funder.name, Funder.id)
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.decision_id].append(row)
    return found


def _tranches(session: Session, award_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Tranche]]:
    rows = session.scalars(
        select(Tranche).where(Tranche.award_id.in_(award_ids)).order_by(Tranche.position)
    )
    found: dict[UUID, list[Tranche]] = defaultdict(list)
    for row in rows:
        found[row.award_id].append(row)
    return found


def _letter(entry: LetterOrder, gathered: _Gathered) -> Letter:
    match entry.order.kind:
        case DocumentKind.AWARD_LETTER:
            return _award_letter(entry, gathered)
        case DocumentKind.RESERVE_LETTER:
            return _reserve_letter(entry, gathered)
        case DocumentKind.WITHDRAWAL_LETTER:
            return _withdrawal_letter(entry, gathered)
        case _:
            return DeclineLetter(
                **_shared(entry, gathered),
                signatures=_for_the_fund(entry, gathered),
                reviewed=gathered.reviewed,
                awarded=gathered.awarded,
                advice=entry.decision.advice,
            )


def _shared(entry: LetterOrder, gathered: _Gathered) -> dict[str, Any]:
    """Return the fields that all letters have."""
    round_, application = entry.round, entry.application
    terms = letter_terms_from_data(round_.letter_terms)
    final_at = _final_at(entry, gathered)
    return {
        "reference": entry.order.reference,
        "version": entry.order.version,
        "language": entry.order.language,
        "issued_at": final_at,
        "notice": round_.notice,
        "fund": gathered.fund,
        "verify_url": f"{gathered.fund.site}/verify",
        "code": entry.order.code,
        "own_texts": _own_texts(entry, gathered),
        "application_reference": application.reference or "",
        "application_title": application.title,
        "round_reference": round_.reference,
        "round_title": round_.title,
        "kind": round_.kind,
        "addressee": _addressee(entry),
        "panel": gathered.views.of(application.id),
        "appeal": Appeal(
            until_on=final_at.date() + timedelta(days=terms.appeal_days),
            answer_days=terms.appeal_answer_days,
        ),
        "reason": entry.decision.reason,
    }


def _own_texts(entry: LetterOrder, gathered: _Gathered) -> tuple[OwnText, ...]:
    text_id = entry.order.text_id
    return gathered.texts.get(text_id, ()) if text_id else ()


def _addressee(entry: LetterOrder) -> Addressee:
    organisation = entry.organisation
    lines = [line.strip() for line in organisation.address.splitlines() if line.strip()]
    if organisation.country:
        lines.append(country_names().get(organisation.country, organisation.country))
    return Addressee(organisation=organisation.name, person=entry.contact.name, lines=tuple(lines))


def _for_the_fund(entry: LetterOrder, gathered: _Gathered) -> tuple[Signature, ...]:
    at = entry.decision.released_at
    officer = gathered.releasers.get(at, "") if at else ""
    return (Signature(officer=officer, on_behalf_of=gathered.fund.name, signed_at=at),)


def _award_letter(entry: LetterOrder, gathered: _Gathered) -> AwardLetter:
    currency, decision = entry.round.currency, entry.decision
    parts = gathered.parts.get(decision.id, ())
    award = gathered.awards[decision.id]
    rung = decision.prize_rung_id
    tranches = gathered.tranches.get(award.id, ())
    own = gathered.rates.award(decision.amount, entry.application)
    own_tranches = own_parts(own, {f"{one.position:03}": one.amount for one in tranches})
    return AwardLetter(
        **_shared(entry, gathered),
        signatures=tuple(_signature(part, entry, gathered) for part in parts),
        amount=Money(decision.amount or 0, currency),
        contributions=tuple(
            ContributionLine(
                funder=part.funder,
                amount=Money(part.amount, currency),
                paid_when=part.paid_when,
            )
            for part in parts
        ),
        tranches=tuple(
            TrancheLine(
                number=tranche.position,
                released_by=tranche.released_by,
                not_before_on=tranche.not_before_on,
                amount=Money(tranche.amount, currency),
                own_amount=own_tranches.get(f"{tranche.position:03}"),
            )
            for tranche in tranches
        ),
        conditions=tuple(
            Condition(text=condition["text"], funder=condition.get("funder", ""))
            for condition in award.conditions
        ),
        prize=gathered.rungs.get(rung, "") if rung else "",
        answer_by_on=award.answer_by,
        own=_own_sum(own, gathered.rates),
        confirmed=gathered.confirmed.get(entry.application.id),
    )


def _signature(part: Any, entry: LetterOrder, gathered: _Gathered) -> Signature:
    """Return who signed the letter for one funder; else whose word its part has."""
    signed = gathered.signed.get(entry.order.id, {}).get(part.funder_id)
    if signed is None and entry.round.needs_signatures:
        return Signature(officer="", on_behalf_of=part.funder, signed_at=None)
    officer, at = signed or (part.officer or "", part.answered_at)
    return Signature(officer=officer, on_behalf_of=part.funder, signed_at=at)


def _final_at(entry: LetterOrder, gathered: _Gathered) -> datetime:
    """Return when the letter became final: with its last signature, or when it was ordered."""
    signed = gathered.signed.get(entry.order.id, {})
    return max([entry.order.ordered_at, *(at for _, at in signed.values())])


def _own_sum(own: Money | None, rates: RoundRates) -> OwnSum | None:
    if own is None:
        return None
    rate = rates.by_currency[own.currency]
    return OwnSum(
        amount=own,
        rate=rate.in_words(rates.round_currency),
        source=rate.source,
        quoted_on=rate.quoted_on,
    )


def _reserve_letter(entry: LetterOrder, gathered: _Gathered) -> ReserveLetter:
    terms = letter_terms_from_data(entry.round.letter_terms)
    return ReserveLetter(
        **_shared(entry, gathered),
        signatures=_for_the_fund(entry, gathered),
        place=entry.decision.reserve_place or 0,
        reviewed=gathered.reviewed,
        awarded=gathered.awarded,
        held_until_on=entry.order.ordered_at.date() + timedelta(days=terms.reserve_days),
    )


def _withdrawal_letter(entry: LetterOrder, gathered: _Gathered) -> WithdrawalLetter:
    """Return the letter that ends an award; the note of the order is why."""
    shared = _shared(entry, gathered) | {"reason": entry.order.note}
    signature = Signature(
        officer=entry.orderer,
        on_behalf_of=gathered.fund.name,
        signed_at=entry.order.ordered_at,
    )
    return WithdrawalLetter(
        **shared,
        signatures=(signature,),
        amount=Money(entry.decision.amount or 0, entry.round.currency),
        ends=entry.ends or "",
    )
