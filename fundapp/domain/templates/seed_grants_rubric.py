"""How applications for seed grants are judged: seven criteria, marked 1 to 5."""

from fundapp.domain.rubrics import Rubric
from fundapp.domain.templates.shape import criterion

SEED_GRANTS_RUBRIC = Rubric(
    (
        criterion(
            "importance",
            "Importance of the risk measured",
            "If the number moved, would anybody act differently?",
            weight=20,
            anchors=(
                "No clear harm is named, or others already measure this risk well.",
                "A real harm is named. It stays open who would use the result and for what.",
                "A serious harm and one group that would use the result. What a given result "
                "would change is only sketched.",
                "A serious harm that is measured poorly today. Named users say which decision "
                "the result would inform.",
                "A severe or widespread harm that nobody measures today. Named users commit to "
                "act at a stated threshold, and acting would prevent or limit the harm.",
            ),
        ),
        criterion(
            "validity",
            "Validity of the measurement",
            "Does the score stand for the thing it is named after?",
            weight=25,
            anchors=(
                "The thing to be measured is not defined, or the tasks measure something else.",
                "It is defined and the tasks look relevant. Nothing shows that the score "
                "follows it.",
                "An argument leads from the definition to tasks to score, with baselines and a "
                "margin of error. Rival explanations are named, not tested.",
                "Pilot data support the argument. At least one rival explanation, such as "
                "prompt format, refusals or memorised items, was tested and ruled out.",
                "Independent checks agree, such as expert baselines and systems known to be "
                "stronger or weaker. Rival explanations are tested, and it is stated where the "
                "score stops meaning what it says.",
            ),
        ),
        criterion(
            "feasibility",
            "Feasibility",
            "Can this plan be carried out in this time with this sum?",
            weight=15,
            anchors=(
                "There is no plan to follow, or it rests on access, data or permissions that "
                "cannot be had.",
                "There is a plan, but main steps, costs or dependencies are missing or "
                "unrealistic.",
                "The plan can work. A main risk, such as model access, expert time or "
                "computing cost, is named without a way round it.",
                "Steps, milestones and costs fit together. The main risks have a way round, "
                "and access to models, data and experts is agreed.",
                "A pilot shows that the plan runs. Costs are measured, others can check each "
                "milestone, and something useful remains if one part fails.",
            ),
        ),
        criterion(
            "team",
            "Team",
            "Have they built and kept up a measurement before?",
            weight=10,
            anchors=(
                "Nothing shows the skills that the work needs.",
                "Some skills are there. A central one, such as statistics, software or the "
                "field of the risk, is missing and nobody is planned for it.",
                "The skills are there. The team has not yet built a measurement that others use.",
                "The team has published a measurement of similar difficulty, and people who "
                "know the field of the risk belong to it.",
                "The team has built a measurement, kept it up after release and corrected it "
                "in public. Every central skill has a person with time set aside.",
            ),
        ),
        criterion(
            "independence",
            "Independence from the developers of the models tested",
            "Who pays them, and who sees the results first?",
            weight=10,
            anchors=(
                "A developer of the models tested owns, steers or mainly pays the applicant, "
                "or may stop publication.",
                "Large payments, shares or a right to see and change results, without safeguards.",
                "Ties are declared in full. There are safeguards, but a developer could still "
                "delay results or choose what is tested.",
                "Only small ties, declared and kept away from this work. The team alone "
                "decides what is tested and published.",
                "No tie of money, ownership or work with any developer tested. Publication is "
                "promised whatever comes out, and all developers get access on the same "
                "published terms.",
            ),
        ),
        criterion(
            "cost",
            "Cost for value",
            "What does one more informative result cost?",
            weight=10,
            anchors=(
                "The sum is far above what the work needs, or main costs have nothing to do "
                "with it.",
                "The sum may be right but cannot be checked: large lump sums, or dear parts "
                "without a reason.",
                "Costs are reasonable and explained. Cheaper ways to learn the same were not "
                "looked at.",
                "Costs are lean and the cost of one run is known. Cheaper designs were "
                "compared, such as fewer samples or smaller models first.",
                "Much is learned for the sum. Each further run costs little, and others can "
                "repeat it without paying the team.",
            ),
        ),
        criterion(
            "reach",
            "Reach",
            "Which languages, regions and people gain?",
            weight=10,
            anchors=(
                "It serves one language and one setting and does not say so.",
                "It serves one language or region and says so. Nothing shows how it could grow.",
                "It could grow to further languages or regions. The first step is described, "
                "but not planned or paid for.",
                "It covers a language, region or group that evaluations rarely reach, and "
                "people from there take part in the work.",
                "It covers several languages or regions that evaluations rarely reach. People "
                "from there shape what is measured, and the results come back to them.",
            ),
        ),
    )
)
