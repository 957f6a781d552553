"""Worker: what runs without anyone waiting, as delivery, sequencing of the log, batches and schedules."""
