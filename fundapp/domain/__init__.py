"""Pure rules of the fund: standard library only, no clock, no randomness, no I/O.

Glossary (one term per concept, the field's own):

Fund, Programme, Round (one dated opening; its public text is the *call*), Funder,
Applicant (Grantee once awarded), Organisation, Application (an *entry* in a prize
round), Eligibility check, Reviewer, Panel, Conflict of interest, Assignment (a
reviewer asked to review), Rubric, Criterion, Anchor, Score (one mark on one
criterion; None = abstained), Review, Ranking (frozen order), Recommendation (the
panel advises), Decision (the funders resolve: award, decline, reserve), Envelope
(one funder's money in one round), Allocation (who pays what), Contribution (one
funder's part of one award), Award, Tranche, Milestone, Disbursement, Prize, Winner,
Citation, Award letter, Decline letter, Announcement, Issued document, Evidence,
Audit event.
"""
