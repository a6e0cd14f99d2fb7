"""The command line: one file a command, each from flags to a function to an exit status."""
