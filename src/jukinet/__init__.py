"""Jukinet: an open implementation of Japan's Basic Resident Registration Network System."""

__version__ = "0.1.0"
