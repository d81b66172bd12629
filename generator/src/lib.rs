//! spec2crate
