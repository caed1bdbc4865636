"""What a person is told and shown when a save was not done."""
