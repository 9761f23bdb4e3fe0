"""Many more rows of every kind beside those of the world, inserted in bulk."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import (
    ConflictSource,
    ConflictState,
    DocumentKind,
    InvitationState,
    JobState,
    MailState,
    OrderState,
)
from fundapp.models import (
    Application,
    Assignment,
    AuditEvent,
    Award,
    Base,
    Conflict,
    Contribution,
    Decision,
    DiscussionNote,
    DocumentOrder,
    EligibilityCheck,
    Extension,
    Funder,
    Investment,
    Invitation,
    IssuedDocument,
    Job,
    Membership,
    Office,
    Organisation,
    OutboxMessage,
    PanelSeat,
    Person,
    Question,
    Review,
    Round,
    Score,
    SignIn,
)
from tests.builders import NOW
from tests.web.world import World

APPLICATIONS_PER_QUESTION = 10
"""No form has a thousand questions."""

EVERY_ROUND = ("open", "screening", "reviewing", "deliberating", "decided", "announced")
"""The rounds that may get more applications, by their state."""

LATER = NOW.replace(year=NOW.year + 1)


def crowd(
    session: Session, world: World, rows: int, *, rounds: tuple[str, ...] = EVERY_ROUND
) -> None:
    """Add `rows` rows to every list of the fund and of these rounds; commits nothing."""
    _Crowd(session, world, rows).build(rounds)


class _Crowd:
    """In `many` and `copies` a list as a column's value has one entry per row."""

    def __init__(self, session: Session, world: World, rows: int) -> None:
        self.session = session
        self.world = world
        self.rows = rows
        self.manager = world.people["manager"]

    def build(self, rounds: tuple[str, ...]) -> None:
        self.people = self.copies(
            Person, self.world.people["viewer"], email=self.named("crowd{}@sample.example")
        )
        self.organisations = self.copies(Organisation, self.world.organisation)
        self.add_records()
        self.add_around_people()
        for name in rounds:
            self.fill_round(name)
        self.add_rounds()

    def many(self, table: type[Base], **columns: Any) -> None:
        """Add a row per place."""
        self.session.execute(insert(table), self.by_place(columns, self.rows))

    def copies(
        self, table: type[Base], original: UUID, rows: int = 0, **columns: Any
    ) -> list[UUID]:
        """Copy a row, each copy with an id of its own and the columns named; return the ids."""
        found = select(*table.__table__.columns).where(table.__table__.columns["id"] == original)
        row = dict(self.session.execute(found).mappings().one())
        wanted = rows or self.rows
        ids = [uuid4() for _ in range(wanted)]
        changes = self.by_place(columns | {"id": ids}, wanted)
        self.session.execute(insert(table), [row | change for change in changes])
        return ids

    def by_place(self, columns: dict[str, Any], rows: int) -> list[dict[str, Any]]:
        return [
            {name: of[place] if isinstance(of, list) else of for name, of in columns.items()}
            for place in range(rows)
        ]

    def named(self, pattern: str) -> list[str]:
        """A name per place; the world's own rows have number 1."""
        return [pattern.format(f"{place + 2:03}") for place in range(self.rows)]

    def tokens(self) -> list[str]:
        return [uuid4().hex for _ in range(self.rows)]

    def add_records(self) -> None:
        """Mails, jobs and lines of the audit record."""
        round_id = self.world.rounds["open"]
        self.many(
            OutboxMessage,
            message_id=self.named("<{}@sample.example>"),
            to_address="guest@sample.example",
            subject=self.named("Letter {}"),
            body="Text",
            state=MailState.SENT,
            round_id=round_id,
            queued_at=NOW,
            next_try_at=NOW,
        )
        self.many(Job, kind="write", payload={}, state=JobState.FAILED, due_at=NOW, queued_at=NOW)
        self.many(
            AuditEvent,
            at=NOW,
            actor_id=self.manager,
            event="round.opened",
            subject_kind="round",
            subject_id=round_id,
            round_id=round_id,
        )

    def add_around_people(self) -> None:
        """Colleagues, officers, further organisations, sign-ins, invitations, stakes."""
        owner, main, funder = self.world.people["owner"], self.world.organisation, self.world.funder
        joined = {"role": MemberRole.EDITOR, "joined_at": NOW}
        self.many(Membership, organisation_id=main, person_id=self.people, **joined)
        self.many(Membership, organisation_id=self.organisations, person_id=owner, **joined)
        self.many(Office, funder_id=funder, person_id=self.people, since_at=NOW)
        self.many(
            Investment,
            funder_id=funder,
            organisation_id=self.organisations,
            recorded_by_id=self.manager,
            recorded_at=NOW,
        )
        self.many(
            SignIn, person_id=owner, token_hash=self.tokens(), started_at=NOW, expires_at=LATER
        )
        self.invite("colleague", organisation_id=main, member_role=MemberRole.VIEWER)
        self.invite("officer", funder_id=funder)
        self.invite("reviewer", funder_id=funder, round_id=self.world.rounds["draft"])

    def invite(self, kind: str, **to: Any) -> None:
        self.many(
            Invitation,
            kind=kind,
            email=self.named("guest{}@sample.example"),
            state=InvitationState.OFFERED,
            token_hash=self.tokens(),
            invited_by_id=self.manager,
            invited_at=NOW,
            expires_at=LATER,
            **to,
        )

    def fill_round(self, name: str) -> None:
        """Applications, a panel, and what is known and decided about each of them."""
        round_id, reference = self.world.rounds[name], self.world.references[name]
        numbers: dict[str, Any] = {}
        if name != "open":
            numbers = {
                "number": [place + 2 for place in range(self.rows)],
                "reference": self.named(f"{reference}-{{}}"),
            }
        applications = self.copies(
            Application,
            self.world.applications[name],
            organisation_id=self.organisations,
            **numbers,
        )
        last = update(Round).where(Round.id == round_id).values(last_number=self.rows + 1)
        self.session.execute(last)
        self.copies(PanelSeat, self.world.seats[name], person_id=self.people)
        self.check(applications)
        if name in self.world.assignments:
            self.assign(name, applications, self.world.people["reviewer"])
            self.assign(name, self.world.applications[name], self.people)
        if name in self.world.decisions:
            self.decide(name, applications)

    def check(self, applications: list[UUID]) -> None:
        """Each was found eligible, and somebody declared a conflict with it."""
        person = self.world.people["other reviewer"]
        self.many(
            Conflict,
            application_id=applications,
            person_id=person,
            source=ConflictSource.DECLARED,
            state=ConflictState.PROPOSED,
            recorded_by_id=person,
            recorded_at=NOW,
        )
        self.many(
            EligibilityCheck,
            application_id=applications,
            is_eligible=True,
            reason="",
            checked_by_id=self.manager,
            checked_at=NOW,
        )

    def assign(self, name: str, applications: UUID | list[UUID], people: UUID | list[UUID]) -> None:
        """Assign as in the world's round, with a review where that one has one."""
        parts: dict[str, Any] = {"application_id": applications, "person_id": people}
        assignments = self.copies(Assignment, self.world.assignments[name], **parts)
        if name not in self.world.reviews:
            return
        original = self.world.reviews[name]
        reviews = self.copies(Review, original, assignment_id=assignments, **parts)
        scores = self.session.scalars(select(Score.id).where(Score.review_id == original)).all()
        for score in scores:
            self.copies(Score, score, review_id=reviews)

    def decide(self, name: str, applications: list[UUID]) -> None:
        """Decide as in the world's round, with award and letter where that one has them."""
        decisions = self.copies(Decision, self.world.decisions[name], application_id=applications)
        self.copies(Contribution, self.world.contributions[name], decision_id=decisions)
        if name not in self.world.documents:
            return
        self.many(Award, decision_id=decisions, state="issued", issued_at=NOW)
        letter: dict[str, Any] = {
            "application_id": applications,
            "reference": self.named(f"{self.world.references[name]}-{{}}-A1"),
        }
        letters = self.copies(IssuedDocument, self.world.documents[name], **letter)
        self.many(
            DocumentOrder,
            round_id=self.world.rounds[name],
            kind=DocumentKind.AWARD_LETTER,
            version=1,
            state=OrderState.ISSUED,
            ordered_by_id=self.manager,
            ordered_at=NOW,
            document_id=letters,
            **letter,
        )

    def add_rounds(self) -> None:
        """Further rounds and funders, longer forms, a long discussion, many extensions."""
        world = self.world
        self.copies(Funder, world.funder, code=self.named("crowd-{}"))
        for name in ("draft", "open", "announced"):
            self.copies(Round, world.rounds[name], reference=self.named(f"{name}-{{}}"))
        for name in ("draft", "open"):
            rows = self.rows // APPLICATIONS_PER_QUESTION
            codes = self.named("further_{}")
            positions = [1_000 + place for place in range(rows)]
            self.copies(Question, world.questions[name], rows, code=codes, position=positions)
        self.many(
            DiscussionNote,
            application_id=world.applications["deliberating"],
            person_id=self.manager,
            text="A word.",
            at=NOW,
        )
        self.many(
            Extension,
            round_id=world.rounds["open"],
            organisation_id=self.organisations,
            until_at=LATER,
            reason="Power cut.",
            granted_by_id=self.manager,
            granted_at=NOW,
        )
