"""Registers a customer; administrators and services may add staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.ports import Accounts, AccountStore, Passwords
from subgraphs.account.domain.email import EmailAddress, parse_email
from subgraphs.account.domain.password import normalise_password, password_problem
from subgraphs.account.domain.problem import Problem, ProblemCode
from subgraphs.account.domain.user import Role, User, clean_name, name_problem


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What someone typed. Personal data."""

    email: str
    password: str
    first_name: str | None = None
    last_name: str | None = None
    roles: frozenset[Role] = frozenset()
    conceal: bool = False
    """Whether the answer hides if the e-mail was known."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """The new user, or what to mend; neither when the answer is concealed."""

    user: User | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RegisterUser:
    """Answers strangers alike, in text and in work done, for known and unknown e-mail."""

    store: AccountStore
    passwords: Passwords
    now: Callable[[], datetime]
    new_id: Callable[[str], str]

    async def __call__(self, registration: Registration, caller: Caller) -> Registered:
        """Raises Forbidden or Unauthenticated when roles are asked for by someone who may not give them."""
        if registration.roles:
            caller.require()
        email = parse_email(registration.email, "email")
        problems = _problems(registration, email)
        if isinstance(email, Problem) or problems:
            return Registered(problems=problems)
        password_hash = await self.passwords.hash(normalise_password(registration.password))
        user = User(
            id=self.new_id("usr"),
            email=email.text,
            created_at=self.now(),
            first_name=clean_name(registration.first_name),
            last_name=clean_name(registration.last_name),
            roles=registration.roles or frozenset({Role.CUSTOMER}),
        )
        async with self.store.transaction() as accounts:
            added = await accounts.users.add(user, email, password_hash)
            await _follow_up(accounts, email, caller, added=added)
        if registration.conceal or not caller.has():
            return Registered()
        return Registered(user=user) if added else Registered(problems=(_taken(),))


async def _follow_up(accounts: Accounts, email: EmailAddress, caller: Caller, *, added: bool) -> None:
    # The same statements and one commit either way: a known e-mail must not be told by the time it takes.
    known = await accounts.users.lock_by_email(email.key)
    if known is None:
        return  # erased in this very moment
    action = "user.registered" if added else "user.registered_again"
    await accounts.audit.record([entry(action, known.id, caller)])
    await accounts.announce.user_changed(known)


def _problems(registration: Registration, email: EmailAddress | Problem) -> tuple[Problem, ...]:
    text = registration.email if isinstance(email, Problem) else email.text
    found = (
        email if isinstance(email, Problem) else None,
        password_problem(registration.password, text, "password"),
        name_problem(registration.first_name, "firstName"),
        name_problem(registration.last_name, "lastName"),
    )
    return tuple(problem for problem in found if problem is not None)


def _taken() -> Problem:
    return Problem(code=ProblemCode.TAKEN, message="This e-mail is already registered.", field=("email",))
