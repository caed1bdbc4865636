"""Which version of a row a page was made from, and whether it is still that one."""
