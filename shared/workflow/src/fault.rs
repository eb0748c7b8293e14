//! What is wrong with a definition, place by place.

/// A member of a definition that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its JSON path, such as `steps[2].url`; empty for the whole.
    pub path: String,
    /// Which rule it breaks; never repeats its value.
    pub message: String,
}

/// Gathers what is wrong, so that all of it is said at once.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault {
            path: path.into(),
            message: message.into(),
        });
    }

    /// The value, or nothing and what is wrong with it.
    pub(crate) fn accept<T, E: ToString>(
        &mut self,
        path: impl Into<String>,
        value: Result<T, E>,
    ) -> Option<T> {
        value
            .map_err(|error| self.add(path, error.to_string()))
            .ok()
    }

    /// The value that was made while nothing was found, or all that was found.
    pub(crate) fn or<T>(self, made: Option<T>) -> Result<T, Vec<Fault>> {
        match made {
            Some(made) if self.0.is_empty() => Ok(made),
            _ => Err(self.0),
        }
    }
}
