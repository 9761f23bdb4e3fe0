"""The form that revokes a badge."""

from wtforms import TextAreaField

from fundapp.web.forms.base import PageForm


class RevokeBadgeForm(PageForm):
    """Why the badge no longer holds."""

    reason = TextAreaField("Why is it revoked?", description="The public and the winner read it.")
