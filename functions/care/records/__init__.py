"""The patient's record: encounters, what is written down in them, and one timeline of it all."""
