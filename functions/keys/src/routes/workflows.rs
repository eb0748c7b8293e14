//! `/admin/v1/workflows`.

mod answer;
mod collection;
mod one;
mod runs;
mod secret;
mod versions;

use crate::routes::named::{Named, name};

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to;
        collection::list,
        collection::create,
        one::read,
        one::replace,
        one::pause,
        one::resume,
        secret::rotate,
        versions::list,
        versions::read,
        runs::list,
    )
}
