//! Threads for what may wait: for the disk, a password's hash, another system.

use crate::fault::{Fault, Protocol};
use crate::model::Later;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::{spawn, spawn_blocking};
use tokio::time::timeout;

/// Jobs that run at a time, each on a thread; most of them wait for the disk. The store lets fewer
/// wait for a change than this, so that there are threads left for those who read.
pub const JOBS: usize = 640;
/// How long a request waits for a thread. All of them are taken only while something is stuck, or
/// where far more comes than can be done.
const PATIENCE: Duration = Duration::from_secs(2);

static FREE: Semaphore = Semaphore::const_new(JOBS);

/// Runs a job on a thread of its own.
///
/// # Errors
/// No thread becomes free in time, and nothing was done; or the job panicked.
pub async fn run<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let place = match FREE.try_acquire() {
        Ok(place) => place,
        Err(_) => match timeout(PATIENCE, FREE.acquire()).await {
            Ok(place) => place.map_err(Fault::internal)?,
            Err(_) => {
                let reason = "The server has more to do than it can. Try again later.";
                return Err(Fault::protocol(Protocol::Busy, reason));
            }
        },
    };
    let job = move || {
        let result = job();
        // Not when somebody stops waiting for it.
        drop(place);
        result
    };
    spawn_blocking(job).await.map_err(Fault::internal)
}

/// Waits for what has begun. It goes on when nobody waits for it any more.
///
/// # Errors
/// It panicked.
pub async fn finish<T: Send + 'static>(mut later: Later<T>) -> Result<Result<T, Fault>, Fault> {
    // Nobody else had to be waited for, mostly, where few call.
    if let Poll::Ready(done) = poll_fn(|cx| Poll::Ready(later.as_mut().poll(cx))).await {
        return Ok(done);
    }
    spawn(later).await.map_err(Fault::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Kind;
    use std::sync::{Arc, Barrier};

    #[test]
    fn whoever_finds_no_thread_is_told_so_and_the_others_are_answered() {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_time();
        let runtime = runtime.max_blocking_threads(JOBS).build().expect("one");
        runtime.block_on(async {
            let all = Arc::new(Barrier::new(JOBS + 1));
            let jobs: Vec<_> = (0..JOBS)
                .map(|number| {
                    let all = Arc::clone(&all);
                    spawn(run(move || {
                        all.wait();
                        number
                    }))
                })
                .collect();
            while FREE.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            let refused = run(|| 0).await.expect_err("no thread");
            assert_eq!(*refused.kind(), Kind::Protocol(Protocol::Busy));
            all.wait();
            for (number, job) in jobs.into_iter().enumerate() {
                assert_eq!(job.await.expect("no panic").expect("done"), number);
            }
            assert!(run(|| panic!("on purpose")).await.is_err());
            assert_eq!(run(|| 7).await.expect("done"), 7);
        });
    }

    #[tokio::test]
    async fn what_has_begun_goes_on_when_nobody_waits() {
        let (go, gone) = tokio::sync::oneshot::channel::<()>();
        let (done, was_done) = tokio::sync::oneshot::channel();
        let later: Later<()> = Box::pin(async move {
            gone.await.map_err(Fault::internal)?;
            done.send(()).map_err(|()| Fault::internal("nobody looks"))
        });
        assert!(timeout(Duration::ZERO, finish(later)).await.is_err());
        go.send(()).expect("somebody waits");
        was_done.await.expect("it went on");
        let broken: Later<()> = Box::pin(async {
            tokio::task::yield_now().await;
            panic!("on purpose")
        });
        assert!(finish(broken).await.is_err());
    }
}
