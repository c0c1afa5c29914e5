"""`python -m subgraphs.account [serve|migrate|rotate-keys]`."""

from __future__ import annotations

from chassis.run import main
from subgraphs.account.bootstrap import MIGRATIONS, bootstrap, rotate_keys
from subgraphs.account.settings import AccountSettings

if __name__ == "__main__":
    main("account", bootstrap, AccountSettings, MIGRATIONS, commands={"rotate-keys": rotate_keys})
