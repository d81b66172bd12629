//! Everything a generated client shares with every other.
