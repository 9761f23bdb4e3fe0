"""Form of the prize: what the evaluation is for and what shows that it is good."""

from fundapp.domain.questions import Question, QuestionKind, Section
from fundapp.domain.templates.shape import long_text
from fundapp.domain.templates.shared_questions import COST_OF_RUN
from fundapp.domain.uploads import FileKind

PURPOSE = Section(
    code="purpose",
    title="What it is for",
    intro="Reviewers read this for the criterion “Relevance to safety”.",
    questions=(
        long_text(
            "relevance",
            "Which decision about the safety of AI systems does it inform?",
            words=200,
            help="Name who decides, and the result that would change the decision.",
            if_missing="Say which decision it informs.",
        ),
        long_text(
            "influence",
            "Has it changed a decision already?",
            words=100,
            help="Say whose, and how we can check it.",
        ),
    ),
)

VALIDITY = Section(
    code="validity",
    title="What the score means",
    intro="Reviewers read this for the criterion “Construct validity”.",
    questions=(
        long_text(
            "construct",
            "What exactly is measured, and how do the tasks stand for it?",
            words=250,
            if_missing="Say what is measured and how the tasks stand for it.",
        ),
        long_text(
            "evidence_of_validity",
            "What shows that the score means that?",
            words=250,
            help="For example expert review, human baselines, systems known to be stronger or "
            "weaker, or agreement with an independent measure.",
            if_missing="Say what shows that the score means what it is named after.",
        ),
        long_text(
            "rivals",
            "What else could the score mean, and how did you rule it out?",
            words=200,
            help="Say also where the score stops meaning this.",
            if_missing="Name at least one other reading of the score.",
        ),
    ),
)

RESULTS = Section(
    code="results",
    title="Results and statistics",
    intro="Reviewers read this for “Statistical rigour” and “Power to tell models apart”.",
    questions=(
        Question(
            code="models_run",
            label="Models run",
            kind=QuestionKind.NUMBER,
            minimum=3,
            if_missing="Say how many models you ran it on.",
        ),
        Question(
            code="samples_run",
            label="Samples per model",
            help="The smallest number over your models.",
            kind=QuestionKind.NUMBER,
            minimum=1,
            if_missing="Say how many samples you ran per model.",
        ),
        long_text(
            "statistics",
            "How are uncertainty and differences between models worked out?",
            words=200,
            help="Say what counts as one independent sample, how often runs were repeated, and "
            "how graders were checked.",
            if_missing="Say how uncertainty and differences are worked out.",
        ),
        long_text(
            "separation",
            "How small a difference between models can it see?",
            words=100,
            if_missing="Say how small a difference it can see.",
        ),
        Question(
            code="evidence",
            label="Evaluation logs",
            help="Inspect, lm-eval, HELM or Every Eval Ever, at most ten files. Reviewers see "
            "what the logs show.",
            kind=QuestionKind.FILE,
            minimum=1,
            maximum=10,
            accepts=(FileKind.ARCHIVE, FileKind.TEXT),
            if_missing="Attach the log of at least one full run.",
        ),
    ),
)

RESISTANCE = Section(
    code="resistance",
    title="Contamination and gaming",
    intro="Reviewers read this for the criterion “Resistance to contamination and gaming”.",
    questions=(
        Question(
            code="items_public",
            label="Who can see the items?",
            kind=QuestionKind.SINGLE_CHOICE,
            options=(
                "Everybody",
                "Everybody sees a part, the rest is held back",
                "Only people who are given access",
                "Items are made anew for each run",
            ),
            if_missing="Choose who can see the items.",
        ),
        long_text(
            "leakage",
            "How do you know that models have not learnt the items?",
            words=150,
            if_missing="Say how you check for learnt items, or that you do not.",
        ),
        long_text(
            "gaming",
            "How could somebody raise the score without a better model?",
            words=150,
            help="Say what you tried, and what you did about it.",
            if_missing="Name a way to raise the score without a better model.",
        ),
    ),
)

USE = Section(
    code="use",
    title="Running it again",
    intro="Reviewers read this for “Reproducibility” and “Ease of use by others”.",
    questions=(
        long_text(
            "rerun",
            "How does a stranger run it and check the result?",
            words=150,
            help="Give the command, the versions, and what should come out.",
            if_missing="Say how a stranger runs it.",
        ),
        COST_OF_RUN,
        long_text(
            "users",
            "Who else has run it, and what did they find?",
            words=100,
        ),
        long_text(
            "upkeep",
            "Who keeps it up, and until when?",
            words=80,
            if_missing="Say who keeps it up.",
        ),
    ),
)

RELEASE = Section(
    code="release",
    title="Responsible release",
    intro="Reviewers read this for the criterion “Responsible release”.",
    questions=(
        long_text(
            "misuse",
            "What could be misused, and what did you hold back?",
            words=150,
            help="Say who may see what is held back, and who decides.",
            if_missing="Say what could be misused, or why nothing could.",
        ),
        long_text(
            "people",
            "Who made or graded the items, and how were they treated?",
            words=100,
            help="Consent, pay, and care where the material is hard to bear.",
            if_missing="Say who made or graded the items.",
        ),
        Question(
            code="licence",
            label="Licence",
            help="For example Apache-2.0 for code and CC BY 4.0 for items.",
            kind=QuestionKind.SHORT_TEXT,
            if_missing="Name the licence of code and items.",
        ),
    ),
)
