//! Capability tokens of TaskRouter: policies of what may be asked of which address.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{
    Algorithm, check_sid,
    jws::{self, Claims, Key},
    lifetime::{Lifetime, lifetime_settings},
};
use crate::Result;

const EVENTS: &str = "https://event-bridge.twilio.com/v1/wschannels";
const VERSION: &str = "v1";

/// What a token of TaskRouter may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// To be told of events; every token has it.
    WebSockets,
    /// To read the worker, queue or workspace of the token; every token has it.
    FetchSelf,
    /// To change it.
    UpdateSelf,
    /// To delete it.
    DeleteSelf,
    /// To read what belongs to it.
    FetchSubresources,
    /// To change what belongs to it.
    UpdateSubresources,
    /// To delete what belongs to it.
    DeleteSubresources,
    /// To read the activities of the workspace; every token of a worker has it.
    FetchActivities,
    /// To read the tasks of the workspace; every token of a worker has it.
    FetchReservations,
    /// To read the reservations of the worker; every token of a worker has it.
    FetchWorkerReservations,
    /// To change the worker's activity.
    UpdateActivities,
    /// To accept and refuse tasks.
    UpdateReservations,
}

/// The addresses of which a token speaks.
#[doc(hidden)]
pub struct Places<'a> {
    /// The workspace.
    pub workspace: &'a str,
    /// The worker, queue or workspace of the token.
    pub resource: &'a str,
    /// The account.
    pub account_sid: &'a str,
    /// The channel of events, which is the sid of the worker, queue or workspace.
    pub channel: &'a str,
}

/// That a method of an address is allowed.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Policy {
    url: String,
    method: &'static str,
    post_filter: Value,
}

impl From<Policy> for Value {
    fn from(policy: Policy) -> Self {
        json!({
            "url": policy.url,
            "method": policy.method,
            "allow": true,
            "query_filter": {},
            "post_filter": policy.post_filter,
        })
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: &'static [Self] = &[
        Self::WebSockets,
        Self::FetchSelf,
        Self::UpdateSelf,
        Self::DeleteSelf,
        Self::FetchSubresources,
        Self::UpdateSubresources,
        Self::DeleteSubresources,
        Self::FetchActivities,
        Self::FetchReservations,
        Self::FetchWorkerReservations,
        Self::UpdateActivities,
        Self::UpdateReservations,
    ];

    /// The permission in `snake_case`, as the official Python package ends the name of its method.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WebSockets => "web_sockets",
            Self::FetchSelf => "fetch_self",
            Self::UpdateSelf => "update_self",
            Self::DeleteSelf => "delete_self",
            Self::FetchSubresources => "fetch_subresources",
            Self::UpdateSubresources => "update_subresources",
            Self::DeleteSubresources => "delete_subresources",
            Self::FetchActivities => "fetch_activities",
            Self::FetchReservations => "fetch_reservations",
            Self::FetchWorkerReservations => "fetch_worker_reservations",
            Self::UpdateActivities => "update_activities",
            Self::UpdateReservations => "update_reservations",
        }
    }

    /// What the permission allows there.
    #[doc(hidden)]
    pub fn policies(self, places: &Places<'_>) -> Vec<Policy> {
        let Places { workspace, resource, account_sid, channel } = places;
        let allow = |url: String, method| Policy { url, method, post_filter: json!({}) };
        let itself = |method| vec![allow((*resource).to_owned(), method)];
        let below = |method| vec![allow(format!("{resource}/**"), method)];
        let tasks = || format!("{workspace}/Tasks/**");
        let reservations = || format!("{resource}/Reservations/**");
        match self {
            Self::WebSockets => {
                let url = format!("{EVENTS}/{account_sid}/{channel}");
                vec![allow(url.clone(), "GET"), allow(url, "POST")]
            }
            Self::FetchSelf => itself("GET"),
            Self::UpdateSelf => itself("POST"),
            Self::DeleteSelf => itself("DELETE"),
            Self::FetchSubresources => below("GET"),
            Self::UpdateSubresources => below("POST"),
            Self::DeleteSubresources => below("DELETE"),
            Self::FetchActivities => vec![allow(format!("{workspace}/Activities"), "GET")],
            Self::FetchReservations => vec![allow(tasks(), "GET")],
            Self::FetchWorkerReservations => vec![allow(reservations(), "GET")],
            Self::UpdateActivities => {
                let post_filter = json!({ "ActivitySid": { "required": true } });
                vec![Policy { post_filter, ..allow((*resource).to_owned(), "POST") }]
            }
            Self::UpdateReservations => vec![allow(tasks(), "POST"), allow(reservations(), "POST")],
        }
    }
}

/// The claims of a token besides its policies and those that every token has.
#[doc(hidden)]
pub fn channel_claims(account_sid: &str, workspace_sid: &str, channel: &str, policies: Vec<Value>) -> Claims {
    let mut claims = Claims::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("account_sid", account_sid.into());
    put("workspace_sid", workspace_sid.into());
    put("channel", channel.into());
    put("version", VERSION.into());
    put("friendly_name", channel.into());
    put("policies", policies.into());
    if channel.starts_with("WK") {
        put("worker_sid", channel.into());
    } else if channel.starts_with("WQ") {
        put("taskqueue_sid", channel.into());
    }
    claims
}

/// Whose token it is.
#[derive(Clone, Debug)]
enum Holder {
    Worker(String),
    TaskQueue(String),
    Workspace,
}

/// A capability token of TaskRouter, which the auth token of the account signs.
#[derive(Clone)]
#[must_use]
pub struct TaskRouterCapabilityToken {
    account_sid: String,
    auth_token: SecretString,
    workspace_sid: String,
    holder: Holder,
    permissions: Vec<Permission>,
    lifetime: Lifetime,
}

lifetime_settings!(TaskRouterCapabilityToken);

impl TaskRouterCapabilityToken {
    fn new(
        account_sid: impl Into<String>,
        auth_token: impl Into<String>,
        workspace_sid: impl Into<String>,
        holder: Holder,
    ) -> Self {
        let mut permissions = vec![Permission::WebSockets, Permission::FetchSelf];
        if matches!(holder, Holder::Worker(_)) {
            use Permission::{FetchActivities, FetchReservations, FetchWorkerReservations};
            permissions.extend([FetchActivities, FetchReservations, FetchWorkerReservations]);
        }
        Self {
            account_sid: account_sid.into(),
            auth_token: SecretString::from(auth_token.into()),
            workspace_sid: workspace_sid.into(),
            holder,
            permissions,
            lifetime: Lifetime::default(),
        }
    }

    /// A token of a worker, who is told of tasks.
    pub fn worker(
        account_sid: impl Into<String>,
        auth_token: impl Into<String>,
        workspace_sid: impl Into<String>,
        worker_sid: impl Into<String>,
    ) -> Self {
        Self::new(account_sid, auth_token, workspace_sid, Holder::Worker(worker_sid.into()))
    }

    /// A token of a task queue.
    pub fn task_queue(
        account_sid: impl Into<String>,
        auth_token: impl Into<String>,
        workspace_sid: impl Into<String>,
        task_queue_sid: impl Into<String>,
    ) -> Self {
        Self::new(account_sid, auth_token, workspace_sid, Holder::TaskQueue(task_queue_sid.into()))
    }

    /// A token of a whole workspace.
    pub fn workspace(
        account_sid: impl Into<String>,
        auth_token: impl Into<String>,
        workspace_sid: impl Into<String>,
    ) -> Self {
        Self::new(account_sid, auth_token, workspace_sid, Holder::Workspace)
    }

    /// Allows something besides.
    pub fn allow(mut self, permission: Permission) -> Self {
        if !self.permissions.contains(&permission) {
            self.permissions.push(permission);
        }
        self
    }

    /// Takes back what the token has unless it is said.
    pub fn without(mut self, permission: Permission) -> Self {
        self.permissions.retain(|known| *known != permission);
        self
    }

    /// Writes and signs the token.
    ///
    /// # Errors
    /// `InvalidArgument` if a sid is of another kind or the auth token is empty.
    pub fn to_jwt(&self) -> Result<String> {
        check_sid("account_sid", "an account", "AC", &self.account_sid)?;
        check_sid("workspace_sid", "a workspace", "WS", &self.workspace_sid)?;
        let workspace = format!("https://taskrouter.twilio.com/{VERSION}/Workspaces/{}", self.workspace_sid);
        let (channel, resource) = match &self.holder {
            Holder::Worker(sid) => {
                check_sid("worker_sid", "a worker", "WK", sid)?;
                (sid, format!("{workspace}/Workers/{sid}"))
            }
            Holder::TaskQueue(sid) => {
                check_sid("task_queue_sid", "a task queue", "WQ", sid)?;
                (sid, format!("{workspace}/TaskQueues/{sid}"))
            }
            Holder::Workspace => (&self.workspace_sid, workspace.clone()),
        };
        let places = Places { workspace: &workspace, resource: &resource, account_sid: &self.account_sid, channel };
        let policies = self.permissions.iter().flat_map(|permission| permission.policies(&places));
        let policies = policies.map(Value::from).collect();
        let mut claims = channel_claims(&self.account_sid, &self.workspace_sid, channel, policies);
        self.lifetime.registered(self.lifetime.now(), &self.account_sid, None)?.add_to(&mut claims);
        let algorithm = Algorithm::Hs256;
        jws::sign(
            &jws::Header::of(algorithm),
            &claims,
            &Key::new(self.auth_token.expose_secret(), algorithm)?,
            algorithm,
        )
    }
}

/// Tells whose token it is, and nothing of what signs it.
impl fmt::Debug for TaskRouterCapabilityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskRouterCapabilityToken")
            .field("account_sid", &self.account_sid)
            .field("workspace_sid", &self.workspace_sid)
            .field("holder", &self.holder)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}
