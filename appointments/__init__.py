"""The vacancy: its post, its dates, its candidates."""
