"""How the service's database came to be as it is: one revision a file, in ``versions``."""
