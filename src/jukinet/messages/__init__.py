"""Messages: statements, frames, calls and the directory, with their signatures. Pure."""
