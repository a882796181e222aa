"""The national interface: fields, code tables, and the rows that stages hand to each other. Names of the outside live here."""
