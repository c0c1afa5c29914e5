"""What amounts the API takes, in its own units."""

from infra.payment_sandbox.errors import ApiError

MOST = 99_999_999_999
STEPS = {**dict.fromkeys(("bhd", "jod", "kwd", "omr", "tnd"), 10), "isk": 100, "ugx": 100}
"""Three-decimal currencies end in 0; ISK and UGX are told in hundredths, of which they have none."""
DIGITS = {
    **dict.fromkeys(
        ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"],
        0,
    ),
    **dict.fromkeys(["bhd", "jod", "kwd", "omr", "tnd"], 3),
}


def whole(text: str, currency: str, *, most: int, code: str = "amount_too_large") -> int:
    """An amount asked for. Raises ApiError."""
    if not text.isdigit() or int(text) < 1:
        raise ApiError(400, "parameter_invalid_integer", "amount must be a positive number of minor units")
    amount, step = int(text), STEPS.get(currency, 1)
    if amount > most:
        raise ApiError(400, code, f"at most {most} minor units")
    if amount % step:
        raise ApiError(400, "invalid_amount", f"an amount in {currency} must be divisible by {step}")
    return amount


def half(amount: int, currency: str) -> int:
    """About half of it, as an amount the currency has."""
    step = STEPS.get(currency, 1)
    return max(amount // 2 // step, 1) * step


def for_people(amount: int, currency: str) -> str:
    """`1234, "usd"` → `"12.34 USD"`."""
    digits = DIGITS.get(currency, 2)
    whole_part, part = divmod(amount, 10**digits)
    return f"{whole_part}.{part:0{digits}d} {currency.upper()}" if digits else f"{whole_part} {currency.upper()}"
