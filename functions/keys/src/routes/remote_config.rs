//! `/admin/v1/remote-config`: what the sensors of the workspace are to do.

mod answer;
mod current;
mod history;

use crate::routes::named::{Named, name};

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to;
        current::read,
        current::replace,
        current::roll_back,
        history::list,
        history::read,
    )
}
