import urllib.request

import pytest

from chassis import metrics
from chassis.settings import SettingsError
from tests.fixtures.processes import free_port


def test_what_was_counted_is_served_and_a_taken_port_is_named() -> None:
    address = f"127.0.0.1:{free_port()}"
    metrics.INBOX_EVENTS.labels("test-metrics", "parked").inc()
    metrics.serve(address)
    with urllib.request.urlopen(f"http://{address}/metrics") as answer:
        assert 'emporium_inbox_events_total{consumer="test-metrics",outcome="parked"} 1.0' in answer.read().decode()
    with pytest.raises(SettingsError, match=r"SUBGRAPH_METRICS_ADDRESS=.* cannot be listened on"):
        metrics.serve(address)
