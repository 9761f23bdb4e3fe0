"""Publishing open data: who publishes it, and the files of rounds whose results are public."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import StaleVersion
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.publishing import PublisherProfile, checked_publisher
from fundapp.exports import giving360, giving360_csv
from fundapp.models import Publisher
from fundapp.queries.document_rows import FundIdentity
from fundapp.queries.published_grants import published_round
from fundapp.queries.publishers import profile_of, publisher_record
from fundapp.services.audit import record_event


class OpenFormat(StrEnum):
    """What open data is written as."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class OpenFile:
    """A file for everybody."""

    filename: str
    media_type: str
    content: bytes


def open_data_file(
    session: Session,
    reference: str,
    *,
    format: OpenFormat,  # noqa: A002 - what everybody calls it
    fund: FundIdentity,
    now: datetime,
) -> OpenFile:
    """Return a round's awards by 360Giving. 5 statements. NotFound until they are public."""
    round_ = published_round(session, reference, now=now)
    publisher = publisher_record(session, fund=fund)
    data = giving360.package(round_, publisher=publisher, site=fund.site)
    name = f"360giving-{round_.reference}.{format}"
    if format is OpenFormat.CSV:
        return OpenFile(name, "text/csv", giving360_csv.csv_bytes(data))
    return OpenFile(name, "application/json", giving360.json_bytes(data))


def set_publisher(
    session: Session, profile: PublisherProfile, *, version: int, actor: Actor, now: datetime
) -> Publisher:
    """Say who publishes. StaleVersion when somebody else saved after `version` was shown."""
    require(actor, Action.PUBLISH_DATA)
    tidy = checked_publisher(profile)
    row = session.scalar(select(Publisher).order_by(Publisher.id).limit(1).with_for_update())
    if row is not None and profile_of(row) == tidy:
        return row
    if version != (row.version if row else 0):
        raise StaleVersion(
            "This was changed after you opened it. Compare, then save again.",
            theirs=profile_of(row) if row else tidy,
            their_name="Somebody else",
            version=row.version if row else 0,
        )
    before = asdict(profile_of(row)) if row else {}
    if row is None:
        row = Publisher(version=0)
        session.add(row)
    for name, text in asdict(tidy).items():
        setattr(row, name, text)
    row.version += 1
    row.changed_by_id, row.changed_at = actor.person_id, now
    session.flush()
    changed = [name for name, text in asdict(tidy).items() if text != before.get(name)]
    record_event(session, "publisher.set", row, actor=actor, now=now, fields=changed)
    return row
