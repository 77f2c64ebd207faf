//! What is made of keys, files and strictness together; the real `ssh` is asked the same in `tests/it/ssh/known.rs`.
