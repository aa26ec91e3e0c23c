//! Native modules and the embedded library.
