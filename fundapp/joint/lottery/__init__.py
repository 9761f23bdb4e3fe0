"""The draw among those too close to call: who takes part, with which chance, and its record."""
