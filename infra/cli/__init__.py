"""The `emporium` command: one module a subcommand, loaded when it is asked for."""
