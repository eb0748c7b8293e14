//! `/admin/v1/workflow-runs` and `/admin/v1/workflow-destinations`.

mod answer;
mod destinations;
mod list;
mod one;

use crate::routes::named::{Named, name};

pub(crate) use answer::RunList;

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to;
        list::list,
        one::read,
        one::cancel,
        one::repeat,
        one::replay,
        destinations::list,
        destinations::resume,
    )
}
