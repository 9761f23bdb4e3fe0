"""Files that came with a form: checked and stored before anything is written."""

from collections.abc import Iterable
from typing import BinaryIO, cast
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.uploads import CheckedUpload, check_upload
from fundapp.queries.questions import AskedQuestion
from fundapp.services.attachments import StoredUpload
from fundapp.services.evidence import logs_in
from fundapp.services.sections import ReceivedFile
from fundapp.web.installation import installation


def receive_files(asked: Iterable[AskedQuestion]) -> list[ReceivedFile]:
    """Check and store the files of this request; InvalidInput with a sentence per bad one.

    When one is refused none is stored, because a browser cannot put chosen files back.
    """
    received: list[tuple[UUID, Question, FileStorage]] = [
        (one.id, one.question, file)
        for one in asked
        if one.question.kind is QuestionKind.FILE
        for file in request.files.getlist(one.code)
        if file.filename
    ]
    problems: list[Problem] = []
    for _, question, file in received:
        try:
            _check(question, file)
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return [
        ReceivedFile(question_id, _store(question, file))
        for question_id, question, file in received
    ]


def _store(question: Question, file: FileStorage) -> StoredUpload:
    checked = _check(question, file)
    content = file.stream.read()
    file.stream.seek(0)
    logs = logs_in(checked.name, checked.kind, content)
    sha256, size = installation().files.put(cast(BinaryIO, file.stream))
    return StoredUpload(checked.name, checked.kind, checked.media_type, size, sha256, logs)


def _check(question: Question, file: FileStorage) -> CheckedUpload:
    limit = installation().config.largest_upload
    file.stream.seek(0)
    content = file.stream.read(limit + 1)
    file.stream.seek(0)
    return check_upload(
        file.filename or "",
        content,
        accepts=question.accepts,
        field=question.code,
        max_bytes=limit,
    )
