"""`python -m subgraphs.catalog [serve|migrate]`."""

from chassis.run import main
from subgraphs.catalog.bootstrap import MIGRATIONS, bootstrap
from subgraphs.catalog.settings import CatalogSettings

if __name__ == "__main__":
    main("catalog", bootstrap, CatalogSettings, MIGRATIONS)
