"""Texts that people type, as they are compared."""


def in_one_spelling(text: str) -> str:
    """In lower case, with single spaces."""
    return " ".join(text.split()).lower()
