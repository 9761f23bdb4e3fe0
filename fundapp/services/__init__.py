"""Use cases. Each public function is one act of one person.

The session, the actor and the instant are passed in; nothing here commits, knows HTTP
or reads a clock. Every change of state writes its audit line.
"""
