"""What every store promises, and the rooms that a process keeps in one."""
