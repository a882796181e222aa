"""Attribution in a month: late lists, lists that have not passed, interim bills (settlement arithmetic 2.9, 4.6)."""
