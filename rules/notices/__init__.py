"""What a user is told of in words, and keeps until they have read it: the inbox, quiet hours, who hears of what."""
