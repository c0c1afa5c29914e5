from chassis.telemetry import mask_personal_data


def test_personal_data_is_masked_in_logs_also_one_level_deep() -> None:
    event = {"event": "x", "email": "ada@example.com", "password": "hunter2", "input": {"phone": "1", "city": "Graz"}}
    assert mask_personal_data(None, "", event) == {
        "event": "x",
        "email": "a***@example.com",
        "password": "***",
        "input": {"phone": "***", "city": "Graz"},
    }
