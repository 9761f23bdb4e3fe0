"""The first schema.

Also makes the audit record append-only: the database refuses to change or delete a line.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER audit_event_no_{act.lower()} BEFORE {act} ON audit_event
        BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END"""
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit record is append-only'; END $$""",
        """CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    ],
}


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_key_at", "attempt", ["key", "at"], unique=False)
    op.create_table(
        "funder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("is_fictional", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder")),
        sa.UniqueConstraint("code", name=op.f("uq_funder_code")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("legal_form", sa.String(length=120), nullable=False),
        sa.Column("registration", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("is_fictional", sa.Boolean(), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("is_fund_manager", sa.Boolean(), nullable=False),
        sa.Column("is_fictional", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deletion_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "investment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_investment_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_investment_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_investment_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investment")),
        sa.UniqueConstraint(
            "funder_id", "organisation_id", name=op.f("uq_investment_funder_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_investment_organisation_id"), "investment", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_investment_recorded_by_id"), "investment", ["recorded_by_id"], unique=False
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("once_key", sa.String(length=200), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_steps", sa.Integer(), nullable=False),
        sa.Column("total_steps", sa.Integer(), nullable=False),
        sa.Column("queued_by_id", sa.Uuid(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_job_attempts")),
        sa.ForeignKeyConstraint(
            ["queued_by_id"], ["person.id"], name=op.f("fk_job_queued_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("once_key", name=op.f("uq_job_once_key")),
    )
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "editor",
                "viewer",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "organisation_id", "person_id", name=op.f("uq_membership_organisation_id_person_id")
        ),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_office_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_office_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("funder_id", "person_id", name=op.f("uq_office_funder_id_person_id")),
    )
    op.create_index(op.f("ix_office_person_id"), "office", ["person_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_index(
        op.f("ix_one_time_link_person_id"), "one_time_link", ["person_id"], unique=False
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "grant",
                "prize",
                name="roundkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "screening",
                "reviewing",
                "deliberating",
                "decided",
                "announced",
                "closed",
                name="roundstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("programme", sa.String(length=200), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("source_note", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("call_text", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("smallest_award", sa.BigInteger(), nullable=True),
        sa.Column("largest_award", sa.BigInteger(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("is_anywhere_on_earth", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviews_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decides_on", sa.Date(), nullable=True),
        sa.Column("reviews_wanted", sa.Integer(), nullable=False),
        sa.Column("funders_wanted", sa.Integer(), nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column(
            "peer_reviews",
            sa.Enum(
                "never",
                "after_own",
                name="peerreviews",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("letter_terms", sa.JSON(), nullable=False),
        sa.Column("retention_months", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.Column("copied_from_id", sa.Uuid(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "funders_wanted >= 1 AND funders_wanted <= reviews_wanted",
            name=op.f("ck_round_funders_wanted"),
        ),
        sa.CheckConstraint("reviews_wanted >= 1", name=op.f("ck_round_reviews_wanted")),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["round.id"], name=op.f("fk_round_copied_from_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_round_created_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("reference", name=op.f("uq_round_reference")),
    )
    op.create_index(op.f("ix_round_copied_from_id"), "round", ["copied_from_id"], unique=False)
    op.create_index(op.f("ix_round_created_by_id"), "round", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_round_state"), "round", ["state"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=48), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("amount_requested", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "ineligible",
                "under_review",
                "awarded",
                "declined",
                "reserved",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["person.id"], name=op.f("fk_application_contact_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_application_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_application_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("reference", name=op.f("uq_application_reference")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_application_round_id_number")),
    )
    op.create_index(op.f("ix_application_contact_id"), "application", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_application_organisation_id"), "application", ["organisation_id"], unique=False
    )
    op.create_index(
        "ix_application_round_id_state_number",
        "application",
        ["round_id", "state", "number"],
        unique=False,
    )
    op.create_table(
        "assignment_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("shortfalls", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_assignment_plan_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_assignment_plan_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_plan")),
    )
    op.create_index(
        op.f("ix_assignment_plan_round_id"), "assignment_plan", ["round_id"], unique=False
    )
    op.create_table(
        "audit_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_audit_event_actor_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_audit_event_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_actor_id"), "audit_event", ["actor_id"], unique=False)
    op.create_index("ix_audit_event_round_id_id", "audit_event", ["round_id", "id"], unique=False)
    op.create_index(
        "ix_audit_event_subject_id_at", "audit_event", ["subject_id", "at"], unique=False
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("anchors", sa.JSON(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_criterion_weight")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_criterion_round_id_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_criterion_round_id_code")),
    )
    op.create_table(
        "envelope",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_envelope_amount")),
        sa.CheckConstraint(
            "committed >= 0 AND committed <= amount", name=op.f("ck_envelope_not_overdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_envelope_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_envelope_round_id_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("round_id", "funder_id", name=op.f("uq_envelope_round_id_funder_id")),
    )
    op.create_index(op.f("ix_envelope_funder_id"), "envelope", ["funder_id"], unique=False)
    op.create_table(
        "extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_extension_granted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_extension_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_extension_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint(
            "round_id", "organisation_id", name=op.f("uq_extension_round_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_extension_granted_by_id"), "extension", ["granted_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_extension_organisation_id"), "extension", ["organisation_id"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("funder_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column(
            "member_role",
            sa.Enum(
                "owner",
                "editor",
                "viewer",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("review_load", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "declined",
                "withdrawn",
                name="invitationstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["person.id"], name=op.f("fk_invitation_accepted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_invitation_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_invitation_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(
        op.f("ix_invitation_accepted_by_id"), "invitation", ["accepted_by_id"], unique=False
    )
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"], unique=False)
    op.create_index(op.f("ix_invitation_funder_id"), "invitation", ["funder_id"], unique=False)
    op.create_index(
        op.f("ix_invitation_invited_by_id"), "invitation", ["invited_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_invitation_round_id"), "invitation", ["round_id"], unique=False)
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("once_key", sa.String(length=200), nullable=True),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "unknown",
                "failed",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_outbox_message_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
        sa.UniqueConstraint("once_key", name=op.f("uq_outbox_message_once_key")),
    )
    op.create_index(
        "ix_outbox_message_state_queued_at", "outbox_message", ["state", "queued_at"], unique=False
    )
    op.create_index(
        "ix_outbox_message_waiting",
        "outbox_message",
        ["queued_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "panel_seat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("review_load", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("review_load >= 0", name=op.f("ck_panel_seat_review_load")),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_panel_seat_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_panel_seat_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_panel_seat_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_seat")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_panel_seat_round_id_person_id")),
    )
    op.create_index(op.f("ix_panel_seat_funder_id"), "panel_seat", ["funder_id"], unique=False)
    op.create_index(op.f("ix_panel_seat_person_id"), "panel_seat", ["person_id"], unique=False)
    op.create_table(
        "prize_rung",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
            name=op.f("fk_prize_rung_round_id_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_rung")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_prize_rung_round_id_position")),
    )
    op.create_table(
        "ranking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_by_id", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["person.id"], name=op.f("fk_ranking_frozen_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_ranking_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking")),
    )
    op.create_index(op.f("ix_ranking_round_id"), "ranking", ["round_id"], unique=False)
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_release_released_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_release_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_round_id"), "release", ["round_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("intro", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_section_round_id_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
    )
    op.create_index("ix_section_round_position", "section", ["round_id", "position"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "refused",
                "conflicted",
                "withdrawn",
                "done",
                name="assignmentstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answer_note", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_assignment_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_assignment_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["person.id"], name=op.f("fk_assignment_offered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_assignment_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(
        op.f("ix_assignment_application_id"), "assignment", ["application_id"], unique=False
    )
    op.create_index(
        "ix_assignment_person_id_state_due_at",
        "assignment",
        ["person_id", "state", "due_at"],
        unique=False,
    )
    op.create_index(
        "ix_assignment_round_id_state", "assignment", ["round_id", "state"], unique=False
    )
    op.create_index(
        "uq_assignment_active",
        "assignment",
        ["application_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('offered', 'accepted', 'done')"),
        postgresql_where=sa.text("state IN ('offered', 'accepted', 'done')"),
    )
    op.create_table(
        "conflict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("funder_id", sa.Uuid(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "declared",
                "same_organisation",
                "same_mail_domain",
                "funder_invested",
                "named_team_member",
                name="conflictsource",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "dismissed",
                name="conflictstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by_id", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (funder_id IS NULL)", name=op.f("ck_conflict_one_party")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_conflict_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_conflict_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conflict_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_conflict_recorded_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["person.id"], name=op.f("fk_conflict_resolved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint(
            "application_id",
            "funder_id",
            "source",
            name=op.f("uq_conflict_application_id_funder_id_source"),
        ),
        sa.UniqueConstraint(
            "application_id",
            "person_id",
            "source",
            name=op.f("uq_conflict_application_id_person_id_source"),
        ),
    )
    op.create_index(op.f("ix_conflict_funder_id"), "conflict", ["funder_id"], unique=False)
    op.create_index(op.f("ix_conflict_person_id"), "conflict", ["person_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "award",
                "decline",
                "reserve",
                name="decisionkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "released",
                name="decisionstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reserve_place", sa.Integer(), nullable=True),
        sa.Column("prize_rung_id", sa.Uuid(), nullable=True),
        sa.Column("citation", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_decision_amount")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_decision_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_decision_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["prize_rung_id"], ["prize_rung.id"], name=op.f("fk_decision_prize_rung_id_prize_rung")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_decision_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("application_id", name=op.f("uq_decision_application_id")),
    )
    op.create_index(
        "ix_decision_round_id_state_kind", "decision", ["round_id", "state", "kind"], unique=False
    )
    op.create_table(
        "discussion_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_discussion_note_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_discussion_note_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_note")),
    )
    op.create_index(
        "ix_discussion_note_application_id_at",
        "discussion_note",
        ["application_id", "at"],
        unique=False,
    )
    op.create_table(
        "eligibility_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("is_eligible", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_eligibility_check_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["person.id"], name=op.f("fk_eligibility_check_checked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_check")),
    )
    op.create_index(
        op.f("ix_eligibility_check_application_id"),
        "eligibility_check",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "issued_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_issued_document_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_issued_document_issued_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_issued_document_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
        sa.UniqueConstraint(
            "reference", "kind", "version", name=op.f("uq_issued_document_reference_kind_version")
        ),
    )
    op.create_index(
        op.f("ix_issued_document_application_id"),
        "issued_document",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_issued_document_round_id"), "issued_document", ["round_id"], unique=False
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("help", sa.String(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_identifying", sa.Boolean(), nullable=False),
        sa.Column("max_words", sa.Integer(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_question_round_id_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["section.id"],
            name=op.f("fk_question_section_id_section"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_question_round_id_code")),
    )
    op.create_index(
        "ix_question_section_position", "question", ["section_id", "position"], unique=False
    )
    op.create_table(
        "submitted_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_submitted_version_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"],
            ["person.id"],
            name=op.f("fk_submitted_version_submitted_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submitted_version")),
        sa.UniqueConstraint(
            "application_id", "number", name=op.f("uq_submitted_version_application_id_number")
        ),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_answer_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_answer_changed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "application_id", "question_id", name=op.f("uq_answer_application_id_question_id")
        ),
    )
    op.create_index(op.f("ix_answer_question_id"), "answer", ["question_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_attachment_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_attachment_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_attachment_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(
        op.f("ix_attachment_application_id"), "attachment", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_attachment_question_id"), "attachment", ["question_id"], unique=False)
    op.create_table(
        "award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "accepted",
                "refused",
                "withdrawn",
                name="awardstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_award_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_award_decision_id")),
    )
    op.create_table(
        "contribution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "refused",
                name="contributionstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_note", sa.String(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_contribution_amount")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_contribution_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_contribution_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_contribution_funder_id_funder")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint(
            "decision_id", "funder_id", name=op.f("uq_contribution_decision_id_funder_id")
        ),
    )
    op.create_index(op.f("ix_contribution_funder_id"), "contribution", ["funder_id"], unique=False)
    op.create_table(
        "document_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "award_letter",
                "decline_letter",
                "reserve_letter",
                "announcement",
                "submission_copy",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "issued",
                "failed",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("ordered_by_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_document_order_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issued_document.id"],
            name=op.f("fk_document_order_document_id_issued_document"),
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by_id"], ["person.id"], name=op.f("fk_document_order_ordered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_document_order_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_order")),
        sa.UniqueConstraint("reference", name=op.f("uq_document_order_reference")),
    )
    op.create_index(
        op.f("ix_document_order_application_id"), "document_order", ["application_id"], unique=False
    )
    op.create_index(
        "ix_document_order_round_id_state", "document_order", ["round_id", "state"], unique=False
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "revised",
                name="reviewstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("shared_comment", sa.String(), nullable=False),
        sa.Column("private_comment", sa.String(), nullable=False),
        sa.Column("recommended_amount", sa.BigInteger(), nullable=True),
        sa.Column("mean_mark", sa.Double(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IS NULL OR confidence BETWEEN 1 AND 5", name=op.f("ck_review_confidence")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_review_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_review_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_review_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_review_assignment_id")),
    )
    op.create_index(
        "ix_review_application_id_state", "review", ["application_id", "state"], unique=False
    )
    op.create_index(op.f("ix_review_person_id"), "review", ["person_id"], unique=False)
    op.create_table(
        "review_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_version_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_version")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_review_version_review_id_number")),
    )
    op.create_table(
        "score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("is_abstained", sa.Boolean(), nullable=False),
        sa.Column("abstain_reason", sa.String(), nullable=False),
        sa.Column("shared_comment", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name=op.f("fk_score_criterion_id_criterion")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_score_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "review_id", "criterion_id", name=op.f("uq_score_review_id_criterion_id")
        ),
    )
    op.create_index(op.f("ix_score_criterion_id"), "score", ["criterion_id"], unique=False)
    op.create_table(
        "tranche",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("released_by", sa.String(length=200), nullable=False),
        sa.Column("not_before_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_tranche_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tranche")),
        sa.UniqueConstraint("award_id", "position", name=op.f("uq_tranche_award_id_position")),
    )

    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_event_append_only ON audit_event")
        op.execute("DROP FUNCTION refuse_change()")
    op.drop_table("tranche")
    op.drop_index(op.f("ix_score_criterion_id"), table_name="score")
    op.drop_table("score")
    op.drop_table("review_version")
    op.drop_index(op.f("ix_review_person_id"), table_name="review")
    op.drop_index("ix_review_application_id_state", table_name="review")
    op.drop_table("review")
    op.drop_index("ix_document_order_round_id_state", table_name="document_order")
    op.drop_index(op.f("ix_document_order_application_id"), table_name="document_order")
    op.drop_table("document_order")
    op.drop_index(op.f("ix_contribution_funder_id"), table_name="contribution")
    op.drop_table("contribution")
    op.drop_table("award")
    op.drop_index(op.f("ix_attachment_question_id"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_application_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_answer_question_id"), table_name="answer")
    op.drop_table("answer")
    op.drop_table("submitted_version")
    op.drop_index("ix_question_section_position", table_name="question")
    op.drop_table("question")
    op.drop_index(op.f("ix_issued_document_round_id"), table_name="issued_document")
    op.drop_index(op.f("ix_issued_document_application_id"), table_name="issued_document")
    op.drop_table("issued_document")
    op.drop_index(op.f("ix_eligibility_check_application_id"), table_name="eligibility_check")
    op.drop_table("eligibility_check")
    op.drop_index("ix_discussion_note_application_id_at", table_name="discussion_note")
    op.drop_table("discussion_note")
    op.drop_index("ix_decision_round_id_state_kind", table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_conflict_person_id"), table_name="conflict")
    op.drop_index(op.f("ix_conflict_funder_id"), table_name="conflict")
    op.drop_table("conflict")
    op.drop_index(
        "uq_assignment_active",
        table_name="assignment",
        sqlite_where=sa.text("state IN ('offered', 'accepted', 'done')"),
        postgresql_where=sa.text("state IN ('offered', 'accepted', 'done')"),
    )
    op.drop_index("ix_assignment_round_id_state", table_name="assignment")
    op.drop_index("ix_assignment_person_id_state_due_at", table_name="assignment")
    op.drop_index(op.f("ix_assignment_application_id"), table_name="assignment")
    op.drop_table("assignment")
    op.drop_index("ix_section_round_position", table_name="section")
    op.drop_table("section")
    op.drop_index(op.f("ix_release_round_id"), table_name="release")
    op.drop_table("release")
    op.drop_index(op.f("ix_ranking_round_id"), table_name="ranking")
    op.drop_table("ranking")
    op.drop_table("prize_rung")
    op.drop_index(op.f("ix_panel_seat_person_id"), table_name="panel_seat")
    op.drop_index(op.f("ix_panel_seat_funder_id"), table_name="panel_seat")
    op.drop_table("panel_seat")
    op.drop_index(
        "ix_outbox_message_waiting",
        table_name="outbox_message",
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.drop_index("ix_outbox_message_state_queued_at", table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_index(op.f("ix_invitation_round_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_organisation_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_invited_by_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_funder_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_email"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_accepted_by_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_extension_organisation_id"), table_name="extension")
    op.drop_index(op.f("ix_extension_granted_by_id"), table_name="extension")
    op.drop_table("extension")
    op.drop_index(op.f("ix_envelope_funder_id"), table_name="envelope")
    op.drop_table("envelope")
    op.drop_table("criterion")
    op.drop_index("ix_audit_event_subject_id_at", table_name="audit_event")
    op.drop_index("ix_audit_event_round_id_id", table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_actor_id"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index(op.f("ix_assignment_plan_round_id"), table_name="assignment_plan")
    op.drop_table("assignment_plan")
    op.drop_index("ix_application_round_id_state_number", table_name="application")
    op.drop_index(op.f("ix_application_organisation_id"), table_name="application")
    op.drop_index(op.f("ix_application_contact_id"), table_name="application")
    op.drop_table("application")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_round_state"), table_name="round")
    op.drop_index(op.f("ix_round_created_by_id"), table_name="round")
    op.drop_index(op.f("ix_round_copied_from_id"), table_name="round")
    op.drop_table("round")
    op.drop_index(op.f("ix_one_time_link_person_id"), table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index(op.f("ix_office_person_id"), table_name="office")
    op.drop_table("office")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("ix_job_state_due_at", table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_investment_recorded_by_id"), table_name="investment")
    op.drop_index(op.f("ix_investment_organisation_id"), table_name="investment")
    op.drop_table("investment")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("funder")
    op.drop_index("ix_attempt_key_at", table_name="attempt")
    op.drop_table("attempt")
