"""What a user wants to reach: so much of a metric a day, a week, a month, or between two days of their own."""
