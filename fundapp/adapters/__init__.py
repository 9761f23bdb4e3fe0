"""The outside world behind small Protocols: database engine, mail, files, clock."""
