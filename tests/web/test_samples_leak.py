"""Words of samples stand on the pages of samples and nowhere else: every route, as each role."""

from io import BytesIO
from zipfile import ZipFile, is_zipfile

from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.extensions import db
from fundapp.models import Application
from tests.evidence.logs import as_json, inspect_log
from tests.web.conftest import WorldOf, browser_as
from tests.web.permission_table import all_rows
from tests.web.submitted_logs import submit_log
from tests.web.test_samples import SECRET, samples
from tests.web.world import World

READERS = (
    *("stranger", "other applicant", "reviewer", "barred reviewer", "officer", "manager"),
    "administrator",
)
STATES = ("reviewing", "deliberating", "announced")


def attach_logs(session: Session, world: World) -> list[str]:
    """A sensitive log in what was submitted to each round; return their addresses."""
    attached = []
    for place, state in enumerate(STATES):
        application = session.get_one(Application, world.applications[state])
        content = as_json(inspect_log(eval__run_id=f"run {place}") | {"samples": samples(3)})
        attached.append(submit_log(session, application, content, is_sensitive=True))
    addresses = [f"/attachments/{one.id}" for one in attached]
    session.commit()
    return addresses


def all_bytes(content: bytes) -> bytes:
    """The answer, and what is in it where it is an archive or a workbook."""
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as archive:
        return content + b"".join(archive.read(name) for name in archive.namelist())


def test_no_other_route_tells_a_word_of_a_sample(fresh_world: WorldOf) -> None:
    app, world = fresh_world()
    with app.app_context():
        session = db.session()
        database.begin_writing(session)
        logs = attach_logs(session, world)
        db.session.remove()
    rows = {row.address(world) for row in all_rows() if row.method == "GET"}
    addresses = sorted(rows | set(logs))
    told = [
        (role, address)
        for role in READERS
        for address in addresses
        if SECRET.encode() in all_bytes(browser_as(app, role).get(address).data)
    ]
    assert told == []
    assert SECRET in browser_as(app, "manager").get(f"{logs[0]}/samples").text
