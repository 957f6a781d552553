"""Office: the door for people, with pages for clerks and residents. Only its place is kept today."""
