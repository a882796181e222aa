"""Ground that every stage stands on: money, rounding, columns, validity, reasons, errors, provenance."""
