"""Form of the seed grants: the risk, the method, the plan, the money, who gains."""

from fundapp.domain.questions import Question, QuestionKind, Section
from fundapp.domain.templates.shape import long_text
from fundapp.domain.templates.shared_questions import COST_OF_RUN
from fundapp.domain.uploads import FileKind

RISK = Section(
    code="risk",
    title="The risk you measure",
    intro="Reviewers read this for the criterion “Importance of the risk measured”.",
    questions=(
        long_text(
            "risk",
            "Which harm could happen, to whom, and how?",
            words=250,
            help="Follow one path from what a system does to the harm.",
            if_missing="Describe the harm that your measurement is about.",
        ),
        long_text(
            "gap",
            "Who measures this today, and what do they miss?",
            words=150,
            if_missing="Say who measures this today, or where you looked and found nobody.",
        ),
        long_text(
            "use",
            "Who will use the result, and what will they do differently?",
            words=200,
            help="Name the decision, and the result that would change it.",
            if_missing="Say who will use the result and for which decision.",
        ),
    ),
)

METHOD = Section(
    code="method",
    title="Method and evidence",
    intro="Reviewers read this for the criterion “Validity of the measurement”.",
    questions=(
        long_text(
            "method",
            "How does the measurement work?",
            words=300,
            help="What is a task, who or what answers it, how is an answer graded, and how do "
            "grades become a score?",
            if_missing="Describe how the measurement works.",
        ),
        long_text(
            "rivals",
            "What else could the number mean?",
            words=200,
            help="For example prompt format, refusals, memorised items or a mistaken grader. "
            "Say how you would tell.",
            if_missing="Name at least one other reading of your score.",
        ),
        long_text(
            "statistics",
            "How many samples and runs do you need, and why so many?",
            words=150,
            help="Say how small a difference you want to see.",
            if_missing="Say how many samples and runs you need.",
        ),
        Question(
            code="samples_run",
            label="Samples run so far",
            help="0 if you have not begun. If you ran only a part of a data set, count the part.",
            kind=QuestionKind.NUMBER,
            minimum=0,
            if_missing="Say how many samples you have run. 0 is an answer.",
        ),
        long_text(
            "pilot",
            "What did you find so far?",
            words=150,
            help="Give intervals where you have them. Failures count as findings.",
        ),
        Question(
            code="evidence",
            label="Evaluation logs",
            help="Inspect, lm-eval, HELM or Every Eval Ever, at most five files. Reviewers see "
            "what the logs show.",
            kind=QuestionKind.FILE,
            required=False,
            maximum=5,
            accepts=(FileKind.ARCHIVE, FileKind.TEXT),
        ),
    ),
)

PLAN = Section(
    code="plan",
    title="Plan",
    intro="Reviewers read this for the criterion “Feasibility”.",
    questions=(
        Question(
            code="milestones",
            label="What will be there, and when?",
            help="Two to eight steps that somebody else can check.",
            kind=QuestionKind.GROUP,
            minimum=2,
            maximum=8,
            if_missing="List at least two steps that somebody else can check.",
            columns=(
                Question(
                    code="step",
                    label="What will be there",
                    kind=QuestionKind.SHORT_TEXT,
                    if_missing="Say what will be there.",
                ),
                Question(
                    code="due_on",
                    label="By",
                    kind=QuestionKind.DATE,
                    if_missing="Enter the day by which it will be there.",
                ),
                Question(
                    code="proof",
                    label="How others can check it",
                    kind=QuestionKind.SHORT_TEXT,
                    if_missing="Say how others can check it.",
                ),
            ),
        ),
        long_text(
            "access",
            "Which models, data and people do you need, and which have agreed?",
            words=150,
            if_missing="Say which models, data and people you need.",
        ),
        long_text(
            "obstacles",
            "What could stop you, and what would you do then?",
            words=150,
            if_missing="Name what could stop you.",
        ),
    ),
)

BUDGET = Section(
    code="budget",
    title="Budget",
    intro="Reviewers read this for the criterion “Cost for value”.",
    questions=(
        Question(
            code="amount",
            label="How much do you ask for?",
            help="€50,000 to €250,000.",
            kind=QuestionKind.MONEY,
            minimum=5_000_000,
            maximum=25_000_000,
            if_missing="Enter the sum that you ask for.",
        ),
        Question(
            code="budget",
            label="What is it for?",
            help="The lines add up to the sum that you ask for.",
            kind=QuestionKind.BUDGET,
            minimum=1,
            maximum=40,
            adds_up_to="amount",
            if_missing="List what the money is for.",
        ),
        COST_OF_RUN,
        long_text(
            "other_funding",
            "Who else pays for this work, or has been asked?",
            words=100,
            help="Write “nobody” if so.",
            if_missing="Say who else pays or has been asked. “Nobody” is an answer.",
        ),
    ),
)

REACH = Section(
    code="reach",
    title="Reach and languages",
    intro="Reviewers read this for the criterion “Reach”.",
    questions=(
        long_text(
            "languages",
            "Which languages and regions does the measurement cover?",
            words=100,
            help="Say who among you knows them.",
            if_missing="Say which languages and regions it covers.",
        ),
        long_text(
            "who_gains",
            "Who gains, and how will they hear of the result?",
            words=150,
            if_missing="Say who gains from the result.",
        ),
        Question(
            code="openness",
            label="What may others use afterwards?",
            kind=QuestionKind.SEVERAL_CHOICES,
            options=(
                "Report and results",
                "Code",
                "Items, all of them",
                "Items, a part of them",
                "Logs of all runs",
            ),
            if_missing="Choose what others may use afterwards.",
        ),
        long_text(
            "held_back",
            "What will you hold back, and who may see it?",
            words=100,
            help="Items kept private, or details that could help somebody do harm.",
        ),
    ),
)
