//! `/admin/v1/service-accounts`.

mod answer;
mod change;
mod collection;
mod keys;

use crate::routes::named::{Named, name};

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to;
        collection::list,
        collection::create,
        change::read,
        change::change,
        change::delete,
        keys::list,
        keys::create,
        keys::revoke,
    )
}
