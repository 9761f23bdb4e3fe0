"""People whom a file names and who have no account here: contacts and reviewers.

They have an address that mail never reaches (RFC 2606), so nobody is written to and
nobody can sign in as them.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.mail import UNREACHABLE
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.text import one_line
from fundapp.models import Person
from fundapp.services.audit import record_event
from fundapp.services.people import LONGEST_NAME, person_of_address


def imported_person(
    session: Session,
    name: str,
    *,
    of: UUID,
    actor: Actor,
    now: datetime,
    is_fictional: bool = False,
) -> Person:
    """Return the person called `name` in a file about the round or organisation `of`.

    The same name there is the same person; a fund manager's act.
    """
    require(actor, Action.RUN_ROUNDS)
    clean = one_line(name)[:LONGEST_NAME]
    digest = hashlib.sha256(f"{of}:{clean.casefold()}".encode()).hexdigest()[:20]
    address = f"{digest}@imported{UNREACHABLE}"
    person = person_of_address(session, address)
    if person is not None:
        return person
    person = Person(email=address, name=clean, is_fictional=is_fictional, created_at=now)
    session.add(person)
    session.flush()
    record_event(session, "person.imported", person, actor=actor, now=now)
    return person
