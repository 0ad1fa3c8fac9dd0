"""How the database of people's keys came to be as it is."""
