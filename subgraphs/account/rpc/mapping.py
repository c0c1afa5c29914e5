"""Between the account messages and the domain's values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from emporium.account.v1 import account_pb2 as pb
from emporium.common.v1.address_pb2 import PostalAddress as PostalAddressMessage
from emporium.common.v1.outcome_pb2 import UserError, UserErrorCode

from chassis.errors import EmporiumError
from chassis.wire import entity_error, timestamp, user_error
from subgraphs.account.app.list_addresses import AddressBook
from subgraphs.account.app.register_user import Registration
from subgraphs.account.app.token_pair import TokenPair
from subgraphs.account.domain.address import Address, PostalAddress
from subgraphs.account.domain.errors import InvalidRoles
from subgraphs.account.domain.problem import Problem, ProblemCode
from subgraphs.account.domain.session import Device, Session
from subgraphs.account.domain.user import PreferencesChange, ProfileChange, Role, User

CODES = {code: cast("UserErrorCode", UserErrorCode.Value(code.value)) for code in ProblemCode}


def user_message(user: User) -> pb.User:
    """Without anything secret."""
    preferences = user.preferences
    return pb.User(
        id=user.id,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        roles=[role.name for role in sorted(user.roles)],
        blocked=user.blocked,
        preferences=pb.Preferences(
            locale=preferences.locale or None,
            currency_code=preferences.currency_code or None,
            newsletter=preferences.newsletter,
        ),
        default_address_id=user.default_address_id,
        created_at=timestamp(user.created_at),
        version=user.version,
    )


def user_outcome(outcome: User | EmporiumError | None) -> pb.UserOutcome:
    """Unset for not found."""
    if outcome is None:
        return pb.UserOutcome()
    if isinstance(outcome, EmporiumError):
        return pb.UserOutcome(error=entity_error(outcome))
    return pb.UserOutcome(user=user_message(outcome))


def user_errors(problems: Iterable[Problem | None]) -> list[UserError]:
    """What can be mended, as the gateway shows it."""
    return [
        user_error(CODES[problem.code], problem.message, problem.field) for problem in problems if problem is not None
    ]


def roles_from(numbers: Iterable[pb.Role.ValueType]) -> frozenset[Role]:
    """Raises InvalidRoles for a number this service does not know."""
    try:
        return frozenset(Role[pb.Role.Name(number)] for number in numbers)
    except (ValueError, KeyError):
        raise InvalidRoles from None


def registration_from(request: pb.CreateUserRequest) -> Registration:
    """What someone typed."""
    return Registration(
        email=request.email,
        password=request.password,
        first_name=request.first_name if request.HasField("first_name") else None,
        last_name=request.last_name if request.HasField("last_name") else None,
        roles=roles_from(request.roles),
        conceal=request.conceal,
    )


def profile_change_from(request: pb.UpdateUserRequest) -> ProfileChange:
    """Absent fields stay as they are."""
    return ProfileChange(
        first_name=request.first_name if request.HasField("first_name") else None,
        last_name=request.last_name if request.HasField("last_name") else None,
        preferences=_preferences_change_from(request.preferences) if request.HasField("preferences") else None,
        default_address_id=request.default_address_id if request.HasField("default_address_id") else None,
        blocked=request.blocked if request.HasField("blocked") else None,
        expected_version=request.expected_version if request.HasField("expected_version") else None,
    )


def _preferences_change_from(message: pb.PreferencesChange) -> PreferencesChange:
    return PreferencesChange(
        locale=message.locale if message.HasField("locale") else None,
        currency_code=message.currency_code if message.HasField("currency_code") else None,
        newsletter=message.newsletter if message.HasField("newsletter") else None,
    )


def device_from(message: pb.Device) -> Device:
    """As the gateway saw it."""
    return Device(user_agent=message.user_agent, ip_address=message.ip_address)


def token_response(outcome: TokenPair | Problem) -> pb.TokenResponse:
    """The pair, or why not."""
    if isinstance(outcome, Problem):
        return pb.TokenResponse(user_errors=user_errors([outcome]))
    return pb.TokenResponse(
        access_token=outcome.access.text,
        refresh_token=outcome.refresh_token,
        access_token_expires_at=timestamp(outcome.access.expires_at),
        refresh_token_expires_at=timestamp(outcome.refresh_expires_at),
        user=user_message(outcome.user),
    )


def session_list(sessions: Sequence[Session], current_id: str) -> pb.SessionList:
    """The caller's own session is marked."""
    return pb.SessionList(
        sessions=[
            pb.Session(
                id=session.id,
                user_agent=session.device.user_agent,
                created_at=timestamp(session.created_at),
                last_used_at=timestamp(session.last_used_at),
                current=session.id == current_id,
            )
            for session in sessions
        ]
    )


def postal_from(message: PostalAddressMessage) -> PostalAddress:
    """As typed: not yet cleaned or checked."""
    return PostalAddress(
        full_name=message.full_name,
        company=message.company,
        line1=message.line1,
        line2=message.line2,
        city=message.city,
        region=message.region,
        postal_code=message.postal_code,
        country_code=message.country_code,
        phone=message.phone,
    )


def address_message(address: Address, *, is_default: bool) -> pb.Address:
    """An entry of the address book."""
    postal = address.postal
    return pb.Address(
        id=address.id,
        is_default=is_default,
        postal=PostalAddressMessage(
            full_name=postal.full_name,
            company=postal.company,
            line1=postal.line1,
            line2=postal.line2,
            city=postal.city,
            region=postal.region,
            postal_code=postal.postal_code,
            country_code=postal.country_code,
            phone=postal.phone,
        ),
    )


def address_list(book: AddressBook) -> pb.AddressList:
    """A whole address book."""
    return pb.AddressList(
        addresses=[address_message(entry, is_default=entry.id == book.default_id) for entry in book.addresses]
    )
