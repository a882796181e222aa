"""Stage 3, 病例入组: a stay to its group, and which rule decided."""
