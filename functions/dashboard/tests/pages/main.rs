//! The dashboard as a browser meets it: sign-in, pages, graphs.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod files;
#[cfg(test)]
mod graphs;
#[cfg(test)]
mod markup;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod sign_in;
