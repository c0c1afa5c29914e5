"""What requests of different callers share: calls under way, rows that are kept, answers made of nothing else."""
