//! Waiting on a thread that others need.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Runs what may wait for long: for the disk, a lock, another system. On a thread that drives
/// connections, another thread takes that over for the time; elsewhere nothing changes.
pub fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::aside;
    use std::sync::mpsc::channel;
    use tokio::runtime::{Builder, Runtime};

    /// Begins on the only thread, and ends when a task of the same thread says so.
    fn wait_for_another_task(runtime: &Runtime) {
        let (go, gone) = channel();
        let waiting = runtime.spawn(async move { aside(|| gone.recv()) });
        runtime.spawn(async move { go.send(()) });
        let waited = runtime.block_on(waiting).expect("no panic");
        assert_eq!(waited, Ok(()));
    }

    #[test]
    fn others_go_on_meanwhile() {
        let mut runtime = Builder::new_multi_thread();
        wait_for_another_task(&runtime.worker_threads(1).build().expect("a runtime"));
    }

    #[test]
    fn where_nobody_is_kept_it_runs_as_it_is() {
        assert_eq!(aside(|| 7), 7);
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        assert_eq!(runtime.block_on(async { aside(|| 7) }), 7);
    }
}
