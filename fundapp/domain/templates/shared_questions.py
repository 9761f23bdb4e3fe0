"""Questions and columns that both templates ask."""

from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.reviewer_profiles import LANGUAGE_QUESTION, TOPICS_QUESTION
from fundapp.domain.templates.shape import gate

TEAM_COLUMNS = (
    Question(
        code="name",
        label="Name",
        kind=QuestionKind.SHORT_TEXT,
        identifying=True,
        if_missing="Enter the person’s name.",
    ),
    Question(
        code="email",
        label="Mail address",
        kind=QuestionKind.EMAIL,
        identifying=True,
        if_missing="Enter the person’s mail address.",
    ),
    Question(
        code="role",
        label="Part in the work",
        kind=QuestionKind.SHORT_TEXT,
        if_missing="Say what the person’s part is.",
    ),
)

COST_OF_RUN = Question(
    code="cost_of_run",
    label="Cost of one full run",
    help="Computing, model access and paid people, for one model. An estimate is fine.",
    kind=QuestionKind.MONEY,
    if_missing="Enter what one full run on one model costs.",
)

IS_TRUE = gate(
    "is_true",
    "Is everything here true as far as you know, and do all named people know of it?",
    if_not="Put it right, or tell the people named, before you submit.",
)

TOPICS = Question(
    code=TOPICS_QUESTION,
    label="What is it about?",
    help="One to three topics. They help to find reviewers who know the field.",
    kind=QuestionKind.SEVERAL_CHOICES,
    minimum=1,
    maximum=3,
    options=(
        "Agents and tool use",
        "Bias and fairness",
        "Children and education",
        "Dangerous capabilities",
        "Graders and benchmarks",
        "Health and medicine",
        "Languages and cultures",
        "Law and public services",
        "Manipulation and false information",
        "Money and markets",
        "Oversight and control",
        "Software and security",
        "Statistics of evaluations",
    ),
    if_missing="Choose at least one topic.",
)

LANGUAGE = Question(
    code=LANGUAGE_QUESTION,
    label="In which language do you write this?",
    help="Reviewers who read it are asked first.",
    kind=QuestionKind.SINGLE_CHOICE,
    options=("English", "Arabic", "Chinese", "French", "Portuguese", "Spanish"),
    if_missing="Choose the language in which you write.",
)
