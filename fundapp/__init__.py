"""fundapp: the grant and prize management system of a fund with several funders.

The map. Layers are folders, subjects are file names; a subject keeps its name in every
layer. Arrows run one way, skipping to the right is fine, going back never:

    web, cli -> services -> documents, exports -> queries -> models -> domain, joint, evidence

- `domain/`    pure rules: states, permissions, money, windows, questions, rubrics
- `joint/`     pure mathematics: assignment, aggregation, allocation
- `models/`    tables; no Flask
- `queries/`   reads: select -> frozen rows
- `services/`  writes: one function per use case; session, actor, now passed in
- `documents/` PDFs: frozen row -> template -> bytes
- `exports/`   CSV, XLSX, JSON
- `adapters/`  the outside world behind small Protocols
- `web/`       the only folder that knows Flask (with this file and extensions)
- `worker.py`  runs background jobs; `cli.py` the same services from the shell

`create_app` builds and wires one installation.
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Config
    from fundapp.adapters.clock import Clock

# One thread for linear algebra, set before numpy is loaded: the same digits on any number of
# cores, and no threads that wait for each other on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def create_app(config: "Config | None" = None, *, clock: "Clock | None" = None) -> "Flask":
    """Build the application for `config` (default: from the environment).

    Imports late, so that `import fundapp` stays cheap for pure code and the shell.
    """
    from fundapp.web.factory import build

    return build(config, clock=clock)
