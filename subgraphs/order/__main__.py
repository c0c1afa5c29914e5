"""`python -m subgraphs.order [serve|migrate]`."""

from chassis.run import main
from subgraphs.order.bootstrap import MIGRATIONS, bootstrap
from subgraphs.order.settings import OrderSettings

if __name__ == "__main__":
    main("order", bootstrap, OrderSettings, MIGRATIONS)
