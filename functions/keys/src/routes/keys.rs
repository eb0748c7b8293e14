//! `/admin/v1/keys`.

mod answer;
mod change;
mod check;
mod create;
mod list;
mod policy;
mod read;
mod secret;
mod state;
mod suggestions;
mod usage;

use crate::routes::named::{Named, name};

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to;
        list::list,
        create::create,
        read::read,
        change::change,
        state::revoke,
        policy::replace,
        secret::reveal,
        secret::rotate,
        secret::end_previous,
        state::disable,
        state::enable,
        usage::usage,
        suggestions::suggestions,
        check::check,
    )
}
