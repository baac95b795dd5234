//! Essential tasks that end because the node does, and not because something failed.

use futures::{future::BoxFuture, FutureExt};
use sp_core::traits::SpawnEssentialNamed;

/// Spawns essential tasks whose end is no failure while the node stops.
///
/// A thread of the transaction pool waits in one poll until nobody holds the pool any more. At an orderly stop that happens after the
/// signal to stop: the thread ends as it should. But `sc-service` asks for the signal before a poll, and takes the end of one for a failure:
/// each stop was logged as `Essential task failed`. Here a task that is done is polled once more, so that the signal is seen. Where there is
/// none, the task ends, and the node with it, as before.
#[derive(Clone)]
pub struct EndsWithNode<S>(pub S);

impl<S: SpawnEssentialNamed + Clone> SpawnEssentialNamed for EndsWithNode<S> {
    fn spawn_essential_blocking(&self, name: &'static str, group: Option<&'static str>, task: BoxFuture<'static, ()>) {
        self.0.spawn_essential_blocking(name, group, once_more(task).boxed());
    }

    fn spawn_essential(&self, name: &'static str, group: Option<&'static str>, task: BoxFuture<'static, ()>) {
        self.0.spawn_essential(name, group, once_more(task).boxed());
    }
}

async fn once_more(task: BoxFuture<'static, ()>) {
    task.await;
    tokio::task::yield_now().await;
}

#[cfg(test)]
mod tests {
    use super::{once_more, EndsWithNode};
    use sc_service::TaskManager;
    use sp_core::traits::SpawnEssentialNamed;
    use std::{
        sync::mpsc::{self, Receiver, RecvTimeoutError},
        time::Duration,
    };
    use tokio::runtime::Runtime;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// Like the pool's thread: waits in one poll until nobody holds the other end.
    async fn waits(pool: Receiver<()>) {
        pool.into_iter().for_each(drop);
    }

    #[test]
    fn node_should_end_with_an_error_when_an_essential_task_ends_while_it_runs() {
        let runtime = Runtime::new().unwrap();
        let mut manager = TaskManager::new(runtime.handle().clone(), None).unwrap();
        let (pool, end) = mpsc::channel();
        let spawner = EndsWithNode(manager.spawn_essential_handle());
        spawner.spawn_essential_blocking("waits", None, Box::pin(waits(end)));
        drop(pool);
        let ended = runtime.block_on(async { tokio::time::timeout(PATIENCE, manager.future()).await });
        assert!(ended.unwrap().is_err());
    }

    #[test]
    fn task_should_see_the_signal_to_stop_when_its_work_ends_because_of_it() {
        let runtime = Runtime::new().unwrap();
        let manager = TaskManager::new(runtime.handle().clone(), None).unwrap();
        let (pool, end) = mpsc::channel();
        let (word, words) = mpsc::channel();
        manager.spawn_essential_handle().spawn_blocking("waits", None, async move {
            word.send("waits").unwrap();
            once_more(Box::pin(waits(end))).await;
            // Only a task that did not see the signal comes so far: `sc-service` says here that it failed.
            word.send("failed").unwrap();
        });
        assert_eq!(words.recv_timeout(PATIENCE), Ok("waits"));
        // As the pool is held: by tasks that end with the node.
        manager.spawn_handle().spawn("holds", None, async move {
            std::future::pending::<()>().await;
            drop(pool);
        });
        drop(manager);
        assert_eq!(words.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected));
    }
}
