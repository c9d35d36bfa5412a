"""The plain types of the wire."""

Id = str
Time = str
Day = str
