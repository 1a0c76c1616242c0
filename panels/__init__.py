"""Who sits on a panel, under which rules, with which conflicts."""
