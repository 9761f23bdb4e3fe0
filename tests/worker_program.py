"""A worker to be killed: run with a data folder and "job" or "mail".

It does its part and then hangs in the middle, after saying so on standard output.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

from config import Config
from fundapp import create_app
from fundapp.adapters.mail import FolderTransport
from fundapp.domain.mail import OutgoingMail
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.services.work import Work
from fundapp.worker import Worker


def hang() -> None:
    print("in the middle", flush=True)  # noqa: T201
    time.sleep(600)


class HangingFolder(FolderTransport):
    def send(self, mail: OutgoingMail) -> None:
        super().send(mail)
        hang()


def write_and_hang(work: Work) -> None:
    write(work)
    hang()


def write(work: Work) -> None:
    """The handler under test: safe to run twice because of its once_key."""
    with work.transaction() as session:
        text = MailText("Your letter", "It is ready.")
        to = Letterbox("ada@sample.example")
        queue_mail(session, to, text, now=work.now(), once_key="letter of ada")


def main(folder: str, where: str) -> None:
    app = create_app(Config(data_folder=Path(folder), secret_key="x" * 64, is_testing=True))
    if where == "mail":
        place = app.extensions["installation"]
        folder_that_hangs = HangingFolder(place.config.mail_folder)
        app.extensions["installation"] = replace(place, mail=folder_that_hangs)
    worker = Worker(app, {"write": write_and_hang if where == "job" else write})
    while True:
        worker.step()


if __name__ == "__main__":
    main(*sys.argv[1:])
