//! Cells as a picture, for the front page.
