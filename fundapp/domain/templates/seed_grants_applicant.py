"""Form of the seed grants: who applies, with what, and which ties they have."""

from fundapp.domain.questions import Question, QuestionKind, Section
from fundapp.domain.templates.shape import gate, long_text
from fundapp.domain.templates.shared_questions import IS_TRUE, LANGUAGE, TEAM_COLUMNS, TOPICS

ELIGIBILITY = Section(
    code="eligibility",
    title="May you apply?",
    intro="Five questions first. If one answer is no, you know at once and lose no time.",
    questions=(
        gate(
            "is_registered",
            "Is your organisation registered, or does a registered one receive the money for you?",
            if_not="Money can only go to a registered organisation. Find one that receives it "
            "for you, or write to us.",
        ),
        gate(
            "measures_others",
            "Do you measure AI systems, rather than build them?",
            help="Building tools to measure with counts as measuring.",
            if_not="This call pays for measuring AI systems. Building or training them is not "
            "part of it.",
        ),
        gate(
            "is_small",
            "Do between two and twelve people work on it?",
            if_not="This call is for teams of two to twelve people.",
        ),
        gate(
            "is_separate",
            "Is your organisation free from the control of anyone whose models you will test?",
            help="Control means owning more than half, or naming who leads you.",
            if_not="We do not pay developers to test their own models.",
        ),
        gate(
            "will_publish",
            "Will you publish the results, whatever they are?",
            help="Details that could help somebody do harm may be held back.",
            if_not="What we pay for is published, whatever comes out. Details that could help "
            "somebody do harm may be held back.",
        ),
    ),
)

PROJECT = Section(
    code="project",
    title="Your project",
    questions=(
        Question(
            code="title",
            label="Title",
            help="At most 12 words. It stands in lists, letters and, if you are funded, in public.",
            kind=QuestionKind.SHORT_TEXT,
            max_words=12,
            if_missing="Give your project a title.",
        ),
        long_text(
            "summary",
            "What will you measure, and why?",
            words=100,
            help="For readers outside your field. We publish it if you are funded.",
            if_missing="Sum up your project in at most 100 words.",
        ),
        TOPICS,
        LANGUAGE,
        Question(
            code="begins_on",
            label="First day of work",
            kind=QuestionKind.DATE,
            if_missing="Enter the day on which the work would begin.",
        ),
        Question(
            code="months",
            label="Months of work",
            help="At most 18.",
            kind=QuestionKind.NUMBER,
            minimum=1,
            maximum=18,
            if_missing="Say how many months the work takes.",
        ),
    ),
)

TEAM = Section(
    code="team",
    title="Team",
    intro="Reviewers read this for the criterion “Team”.",
    questions=(
        Question(
            code="team",
            label="Who does the work?",
            help="Two to twelve people. We use names and addresses to find conflicts of interest.",
            kind=QuestionKind.GROUP,
            minimum=2,
            maximum=12,
            identifying=True,
            if_missing="List the people who do the work.",
            columns=TEAM_COLUMNS,
        ),
        long_text(
            "track_record",
            "What have you measured before?",
            words=200,
            help="What you built, who used it, and what you corrected after release. "
            "Leave names out: they are in the list above.",
            if_missing="Say what you have measured before, or that this is your first.",
        ),
        long_text(
            "skills_missing",
            "Which skill do you still need, and how will you get it?",
            words=80,
        ),
    ),
)

TIES = Section(
    code="ties",
    title="Ties and consent",
    intro=(
        "A tie does not shut you out. Hiding one may. Reviewers read this for the criterion "
        "“Independence from the developers of the models tested”."
    ),
    questions=(
        long_text(
            "developer_ties",
            "What ties do you have to the developers of the models you test?",
            words=150,
            help="Money, shares, computing credits, shared people, contracts that let somebody "
            "see or stop results. Write “none” if so.",
            if_missing="Name your ties to developers. “None” is an answer.",
        ),
        long_text(
            "funder_ties",
            "What ties do you have to the funders and reviewers of this call?",
            words=100,
            help="Family, work, study or investment. Write “none” if so. We use this to keep "
            "people with a tie away from your application.",
            if_missing="Name your ties to funders and reviewers. “None” is an answer.",
        ),
        gate(
            "consent_sharing",
            "May all funders of this call and their reviewers read this application?",
            if_not="The funders decide together, so all of them need to read it.",
        ),
        IS_TRUE,
    ),
)
