"""The fund as it signs, from the settings of the installation."""

from config import Config
from fundapp.queries.document_rows import FundIdentity


def fund_identity(config: Config) -> FundIdentity:
    """Return what documents say of the fund."""
    return FundIdentity(
        name=config.fund_name,
        tagline=config.fund_tagline,
        address=config.fund_address,
        site=config.public_url,
        mail=config.fund_mail,
    )
