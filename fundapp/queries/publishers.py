"""Who publishes the fund's open data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.publishing import SAMPLE_PREFIX, PublisherProfile
from fundapp.models import Publisher
from fundapp.queries.document_rows import FundIdentity


@dataclass(frozen=True)
class PublisherRecord:
    """The publisher. version 0 and changed_at None: nothing was set, and samples stand in."""

    profile: PublisherProfile
    version: int
    changed_at: datetime | None

    @property
    def is_sample(self) -> bool:
        """Tell whether the prefix belongs to nobody."""
        return self.profile.prefix == SAMPLE_PREFIX


def publisher_record(session: Session, *, fund: FundIdentity) -> PublisherRecord:
    """Return the publisher, or what the fund's own settings say of it. 1 statement."""
    row = session.scalar(select(Publisher).order_by(Publisher.id).limit(1))
    if row is None:
        sample = PublisherProfile(prefix=SAMPLE_PREFIX, name=fund.name, website=fund.site)
        return PublisherRecord(sample, 0, None)
    return PublisherRecord(profile_of(row), row.version, row.changed_at)


def profile_of(row: Publisher) -> PublisherProfile:
    """Return a stored publisher as plain values."""
    return PublisherProfile(
        prefix=row.prefix,
        name=row.name,
        org_id=row.org_id,
        website=row.website,
        licence=row.licence,
    )
