//! Handlers are named once, for two readers: the function's router, and the OpenAPI document.
//!
//! The router asks a handler's description for its method and path alone, so that what describes is
//! neither linked into the function nor run at its start.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use edge::openapi::add_schemas;
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::OpenApi;
use utoipa_axum::PathItemExt as _;

use crate::Api;

/// A reader of handlers. `P` is what `utoipa::path` makes beside a handler.
pub(crate) trait Named: Sized {
    /// Takes one handler.
    fn name<P, H, T>(self, handler: H) -> Self
    where
        P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>,
        H: Handler<T, Api>,
        T: 'static;
}

impl Named for Router<Api> {
    fn name<P, H, T>(self, handler: H) -> Self
    where
        P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>,
        H: Handler<T, Api>,
        T: 'static,
    {
        let methods = P::methods().into_iter();
        let handlers = methods.fold(MethodRouter::new(), |handlers, method| {
            handlers.on(method.to_method_filter(), handler.clone())
        });
        self.route(&P::path(), handlers)
    }
}

impl Named for OpenApi {
    fn name<P, H, T>(mut self, _: H) -> Self
    where
        P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>,
        H: Handler<T, Api>,
        T: 'static,
    {
        let mut operation = P::operation();
        let tags = P::tags();
        if !tags.is_empty() {
            let own = operation.tags.get_or_insert_default();
            own.extend(tags.into_iter().map(str::to_owned));
        }
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        add_schemas(&mut self, schemas);
        self.paths
            .add_path_operation(P::path(), P::methods(), operation);
        self
    }
}

/// Names handlers, `handler` or `module::handler` each, to a reader.
macro_rules! name {
    ($to:expr $(;)?) => { $to };
    ($to:expr; $module:ident::$handler:ident $(, $($rest:tt)*)?) => {
        utoipa_axum::paste! {
            $crate::routes::named::name!(
                $crate::routes::named::Named::name::<$module::[<__path_ $handler>], _, _>($to, $module::$handler);
                $($($rest)*)?
            )
        }
    };
    ($to:expr; $handler:ident $(, $($rest:tt)*)?) => {
        utoipa_axum::paste! {
            $crate::routes::named::name!(
                $crate::routes::named::Named::name::<[<__path_ $handler>], _, _>($to, $handler);
                $($($rest)*)?
            )
        }
    };
}

pub(crate) use name;
