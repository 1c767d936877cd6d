//! `services88 serve`.

use super::{Failure, ServeArgs, banner, logging};
use services88::clock::Clock;
use services88::server::Server;
use services88::service::Installation;
use services88::store::Store;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// Runs the server until it is told to stop.
pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    let listen = args.listen.clone().map(|it| ("listen".to_owned(), it));
    let flags = args.set.iter().cloned().chain(listen).collect();
    let loaded = args.place.load(flags)?;
    let settings = loaded.settings;
    logging::start(settings.log);
    if let Some(file) = &loaded.file {
        tracing::info!(file = %file.display(), "settings read");
    }
    for variable in &loaded.ignored {
        tracing::warn!(variable, "no setting has this environment variable");
    }

    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| Failure::other("cannot start", error))?;
    // The port first: when another server has it, its database is left alone.
    let server = runtime
        .block_on(Server::bind(settings.clone()))
        .map_err(|error| Failure::other(&format!("cannot listen on {}", settings.listen), error))?;
    let installation = open(&settings.data)?;
    let stop = {
        let _inside = runtime.enter();
        stop_signal().map_err(|error| Failure::other("cannot wait for signals", error))?
    };

    let text = banner::text(&settings, server.address(), None);
    // A closed standard output is no reason not to serve.
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());

    runtime.block_on(server.run(Arc::clone(&installation), stop));
    runtime.shutdown_timeout(Duration::from_secs(1));
    tracing::info!("stopped");
    Ok(())
}

fn open(data: &std::path::Path) -> Result<Arc<Installation>, Failure> {
    let what = format!("cannot open the database in {}", data.display());
    std::fs::create_dir_all(data).map_err(|error| Failure::other(&what, error))?;
    let store =
        Store::open(&data.join("services88.db")).map_err(|error| Failure::other(&what, error))?;
    Ok(Arc::new(Installation {
        store,
        clock: Clock::default(),
    }))
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("stopping");
    })
}
