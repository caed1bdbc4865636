"""What a page is given: its configuration, its texts, its drafts, and text that is handed over."""
