//! Nothing but a list of dependencies.
