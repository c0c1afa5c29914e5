"""`python -m subgraphs.order [serve|migrate]`."""

from pathlib import Path

from chassis.run import main
from subgraphs.order.bootstrap import bootstrap
from subgraphs.order.settings import OrderSettings

if __name__ == "__main__":
    main("order", bootstrap, OrderSettings, Path(__file__).parent / "adapters/postgres/migrations")
