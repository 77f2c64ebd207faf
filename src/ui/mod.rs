//! Draws a [`crate::app::screen::Screen`] into cells. Pure: it changes no state, and knows the app's screen
//! values and core's spans only.
