"""Sign-in: who is calling, proven by passwords, device ids and tokens."""
