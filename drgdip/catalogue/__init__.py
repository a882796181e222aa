"""Building a DIP catalogue from the history of cases, and comparing catalogues."""
