"""Loads and their figures; each takes a Runnable or a URL, and never knows what is behind it."""
