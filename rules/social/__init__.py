"""Friends and blocks, and what a user's friends hear of them. A part of the user."""
