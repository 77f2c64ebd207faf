//! Following one path: the impure half of [`crate::core::follow`].
