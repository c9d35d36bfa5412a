"""What a user does, beside a day's steps: walks, runs, workouts, puffs, check-ins. Each is one fact with a time and an id."""
