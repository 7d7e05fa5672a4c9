//! Connections: accepted, served, and broken where a test wants that.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::body::Body;
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};

use crate::{server, world::Shared};

/// How long the head of a request may take to arrive.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// How long to wait before accepting again when the system has no more sockets.
const PAUSE: Duration = Duration::from_millis(50);

/// Marks an answer in whose place the connection is broken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken;

/// Serves every connection, for ever.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let service = TowerToHyperService::new(server::router(shared));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, service.clone()));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn connection(stream: TcpStream, service: TowerToHyperService<axum::Router>) {
    let _ = stream.set_nodelay(true);
    let answer = hyper::service::service_fn(move |request: Request<Incoming>| {
        let answer = service.call(request.map(Body::new));
        async move {
            let Ok(answer): Result<Response<Body>, Infallible> = answer.await;
            match answer.extensions().get::<Broken>() {
                Some(Broken) => Err(io::Error::other("broken for a test")),
                None => Ok(answer),
            }
        }
    });
    // a client that breaks the connection is no concern of ours
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}
