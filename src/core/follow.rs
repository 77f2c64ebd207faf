//! What to do next for one followed path, decided from stats alone.
