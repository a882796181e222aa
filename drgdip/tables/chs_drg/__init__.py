"""CHS-DRG editions: the six national sheets and the rule language they are written in, checked and compiled."""
