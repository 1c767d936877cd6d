//! `services88 serve`.

use super::{Failure, ServeArgs, banner, logging, password};
use services88::clock::Clock;
use services88::server::{JOBS, Server};
use services88::service::Installation;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// Threads beside those that drive connections: for what runs on one of its own, and to take over
/// from those that have to wait. There are hardly ever so many.
const MOST_THREADS: usize = 2 * JOBS;

/// How long a thread that has nothing to do is kept: each has memory that only it can take from.
const KEPT: Duration = Duration::from_secs(1);

/// Runs the server until it is told to stop.
pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    let listen = args.listen.clone().map(|it| ("listen".to_owned(), it));
    let flags = args.set.iter().cloned().chain(listen).collect();
    let loaded = args.place.load(flags)?;
    loaded.check_for_serving()?;
    let settings = loaded.settings;
    let _lines = logging::start(settings.log);
    if let Some(file) = &loaded.file {
        tracing::info!(file = %file.display(), "settings read");
    }
    for variable in &loaded.ignored {
        tracing::warn!(variable, "no setting has this environment variable");
    }

    raise_file_limit(settings.http.connections);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MOST_THREADS)
        .thread_keep_alive(KEPT)
        .build()
        .map_err(|error| Failure::other("cannot start", error))?;
    // The port first: when another server has it, its database is left alone.
    let server = runtime
        .block_on(Server::bind(settings.clone()))
        .map_err(|error| Failure::other(&format!("cannot listen on {}", settings.listen), error))?;
    let opened = Installation::open(&settings, Clock::default(), password().as_deref())?;
    let resealed = opened.installation.reseal()?;
    if resealed > 0 {
        tracing::info!(resealed, "secrets encrypted anew with the first key");
    }
    let stop = {
        let _inside = runtime.enter();
        stop_signal().map_err(|error| Failure::other("cannot wait for signals", error))?
    };

    let text = banner::text(
        &settings,
        server.address(),
        opened.generated_password.as_deref(),
    );
    // A closed standard output is no reason not to serve.
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());

    let installation = Arc::new(opened.installation);
    runtime.block_on(server.run(Arc::clone(&installation), stop));
    // Whatever is still under way lets go of the installation, whose end closes the database.
    runtime.shutdown_timeout(Duration::from_secs(1));
    drop(installation);
    tracing::info!("stopped");
    Ok(())
}

/// Asks for as many file handles as the connections need; many systems start programs with 1024.
#[cfg(unix)]
fn raise_file_limit(connections: u32) {
    use rustix::process::{Resource, getrlimit, setrlimit};

    /// For the database, which takes two for each thread that reads, and the libraries.
    const OTHERS: u64 = 2 * JOBS as u64 + 200;
    let needed = u64::from(connections) + OTHERS;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return;
    }
    limit.current = Some(limit.maximum.map_or(needed, |most| most.min(needed)));
    let raised = setrlimit(Resource::Nofile, limit);
    if raised.is_err() || limit.current < Some(needed) {
        tracing::warn!(
            needed,
            most = limit.maximum,
            "the system gives fewer file handles than limits.connections needs"
        );
    }
}

/// Other systems count no handles.
#[cfg(not(unix))]
fn raise_file_limit(_connections: u32) {}

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
