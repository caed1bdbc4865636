"""Who somebody is, what they may see and do, and how the admin of a page is asked."""
