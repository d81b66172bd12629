//! A client and the server it talks to.

use std::error::Error as StdError;
use std::fmt::Debug;

use tests::server::{Reply, Request, Server};
use x_api_client::runtime::RetryPolicy;
use x_api_client::{Client, ClientBuilder, Error};

/// What a test returns, so that it can use `?`.
pub(crate) type Outcome = Result<(), Box<dyn StdError>>;

/// A server with a client that has a credential of the application and one of a user.
pub(crate) struct Rig {
    pub(crate) server: Server,
    pub(crate) client: Client,
}

impl Rig {
    pub(crate) async fn start() -> Result<Self, Box<dyn StdError>> {
        let server = Server::start().await?;
        let client = builder(&server).bearer_token("app-token").oauth2_user_token("user-token").build()?;
        Ok(Self { server, client })
    }

    /// A rig whose server has this answer.
    pub(crate) async fn with(reply: Reply) -> Result<Self, Box<dyn StdError>> {
        let rig = Self::start().await?;
        rig.server.push(reply);
        Ok(rig)
    }

    /// The one request there was.
    pub(crate) fn request(&self) -> Request {
        let requests = self.server.requests();
        assert_eq!(requests.len(), 1, "one request is expected");
        requests.into_iter().next().expect("there is one")
    }

    /// Asserts that nothing was sent.
    pub(crate) fn assert_silent(&self) {
        assert_eq!(self.server.requests(), [], "nothing may be sent");
    }
}

/// The builder of a client of this server, without credentials and without retries.
pub(crate) fn builder(server: &Server) -> ClientBuilder {
    Client::builder().base_url(server.url()).retry(RetryPolicy::off())
}

/// The error of a call that must fail.
pub(crate) fn failure<T: Debug>(result: Result<T, Error>) -> Error {
    result.expect_err("the call must fail")
}
