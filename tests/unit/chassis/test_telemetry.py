import sys

from chassis.telemetry import mask_personal_data, plain_traceback


def test_personal_data_is_masked_in_logs_also_one_level_deep() -> None:
    event = {"event": "x", "email": "ada@example.com", "password": "hunter2", "input": {"phone": "1", "city": "Graz"}}
    assert mask_personal_data(None, "", event) == {
        "event": "x",
        "email": "a***@example.com",
        "password": "***",
        "input": {"phone": "***", "city": "Graz"},
    }


def test_a_traceback_tells_what_failed_but_not_the_row_that_the_database_quotes() -> None:
    refused = "value too long for the column\nDETAIL:  Failing row contains (Ada Lovelace, 12 Hill Road)."
    try:
        try:
            raise ValueError(refused)
        except ValueError as cause:
            raise RuntimeError("ada@example.com could not be saved") from cause
    except RuntimeError:
        text = plain_traceback(sys.exc_info())  # type: ignore[arg-type]
    assert "ValueError: value too long for the column" in text
    assert "a***@example.com could not be saved" in text
    assert "Lovelace" not in text
    assert "Hill Road" not in text
