"""Errors in Stripe's shape."""

from typing import Any


class ApiError(Exception):
    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        kind = "card_error" if status == 402 else "invalid_request_error"
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message, **more}}
        super().__init__(message)
