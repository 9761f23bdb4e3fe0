"""Accounts, links and invitations."""

from tests.web.permission_table import Row, everybody

SIGNED_IN_GOES_ON = 303
NOBODY = "/account/sign-ins/00000000-0000-0000-0000-000000000001/end"


def open_form(endpoint: str, address: str, status: int = 422) -> Row:
    """A form that anybody may post; posted empty it is shown again."""
    return Row(endpoint, "POST", lambda world: address, {"stranger": status}, otherwise=status)


def unknown_link(endpoint: str, address: str) -> Row:
    """The page of a link that was never given out."""
    return Row(endpoint, "GET", lambda world: address, {"stranger": 404}, otherwise=404)


def own(endpoint: str, method: str, address: str, status: int) -> Row:
    """A page or form of one's own account."""
    return Row(
        endpoint,
        method,
        lambda world: address,
        {"stranger": 303 if method == "GET" else 401},
        otherwise=status,
    )


ROWS: list[Row] = [
    Row(
        "account.sign_in",
        "GET",
        lambda world: "/sign-in",
        {"stranger": 200},
        otherwise=SIGNED_IN_GOES_ON,
    ),
    open_form("account.sign_in", "/sign-in"),
    open_form("account.sign_out", "/sign-out", 303),
    everybody("account.register", "/register"),
    open_form("account.register", "/register"),
    everybody("account.show_registered", "/register/sent"),
    everybody("account.request_reset", "/forgotten-password"),
    open_form("account.request_reset", "/forgotten-password"),
    everybody("account.show_reset_requested", "/forgotten-password/sent"),
    unknown_link("account.confirm_address", "/confirm/unknown"),
    open_form("account.confirm_address", "/confirm/unknown", 404),
    unknown_link("account.choose_password", "/reset-password/unknown"),
    open_form("account.choose_password", "/reset-password/unknown", 404),
    unknown_link("account.show_invitation", "/invitations/unknown"),
    everybody("account.show_declined", "/invitations/declined"),
    own("account.accept_invitation", "POST", "/invitations/unknown/accept", 404),
    open_form("account.accept_as_new_person", "/invitations/unknown/register", 404),
    open_form("account.decline_invitation", "/invitations/unknown/decline", 404),
    own("account.show_account", "GET", "/account", 200),
    own("account.edit_profile", "GET", "/account/profile", 200),
    Row(
        "account.edit_profile",
        "POST",
        lambda world: "/account/profile",
        otherwise=422,
        form=lambda world: {"name": "", "time_zone": ""},
    ),
    own("account.edit_expertise", "GET", "/account/expertise", 200),
    own("account.edit_expertise", "POST", "/account/expertise", 303),
    own("account.change_password", "GET", "/account/password", 200),
    own("account.change_password", "POST", "/account/password", 422),
    own("account.end_sign_in", "POST", NOBODY, 404),
    own("account.end_all_sign_ins", "POST", "/account/sign-ins/end-all", 303),
    own("account.download_data", "GET", "/account/my-data.json", 200),
    own("account.request_deletion", "GET", "/account/deletion", 200),
    own("account.request_deletion", "POST", "/account/deletion", 422),
    own("account.withdraw_deletion", "POST", "/account/deletion/withdraw", 303),
]
