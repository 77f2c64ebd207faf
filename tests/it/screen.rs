//! The screen, from outside: the real program in a real terminal.
