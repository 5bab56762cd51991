//! The same work on tokio's runtime of one thread, for the protocol of child.ts: peer CASE SIZE.
//!
//! Prints a value and ends, or prints `ready` once warm and then ns per operation for each line read.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::future::{poll_fn, Future};
use std::io::BufRead;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, Mutex};
use tokio::task::{spawn, yield_now};
use tokio::time::{sleep, timeout};

const FAR: Duration = Duration::from_secs(600);

/// Spawns so many tasks, and returns their handles.
fn spawn_all<F, T>(count: usize, mut child: impl FnMut() -> F) -> Vec<tokio::task::JoinHandle<T>>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    (0..count).map(|_| spawn(child())).collect()
}

async fn yields() -> usize {
    let child = || async {
        for _ in 0..200 {
            yield_now().await;
        }
    };
    for task in spawn_all(1_000, child) {
        task.await.unwrap();
    }
    1_000 * 200
}

async fn spawns() -> usize {
    for _ in 0..20 {
        for task in spawn_all(1_000, || async {}) {
            task.await.unwrap();
        }
    }
    1_000 * 20
}

async fn cancel() -> usize {
    const TASKS: usize = 100_000;
    let tasks = spawn_all(TASKS, || sleep(FAR));
    yield_now().await;
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        assert!(task.await.unwrap_err().is_cancelled());
    }
    TASKS
}

/// Arms a timer by polling it once, and cancels it by dropping it.
async fn call_later() -> usize {
    for _ in 0..100_000 {
        let mut timer = Box::pin(sleep(FAR));
        poll_fn(|context| {
            assert!(timer.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    100_000
}

async fn timeouts() -> usize {
    for _ in 0..10_000 {
        timeout(FAR, yield_now()).await.unwrap();
    }
    10_000
}

async fn queue(size: usize) -> usize {
    let (sender, mut receiver) = mpsc::channel(size);
    let producer = spawn(async move {
        for item in 0..20_000 {
            sender.send(item).await.unwrap();
        }
    });
    for _ in 0..20_000 {
        receiver.recv().await.unwrap();
    }
    producer.await.unwrap();
    20_000
}

async fn lock() -> usize {
    let mutex = Arc::new(Mutex::new(()));
    let child = || {
        let mutex = mutex.clone();
        async move {
            for _ in 0..100 {
                let _guard = mutex.lock().await;
                yield_now().await;
            }
        }
    };
    for task in spawn_all(100, child) {
        task.await.unwrap();
    }
    100 * 100
}

/// Is an entry of a heap, which orders by deadline, then by arming.
#[derive(PartialEq)]
struct Timer {
    when: f64,
    seq: usize,
}

impl Eq for Timer {}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.when.total_cmp(&other.when).then(self.seq.cmp(&other.seq))
    }
}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Takes the nearest timer out and arms it anew, in a heap that is filled once.
fn hold(heap: &mut BinaryHeap<Reverse<Timer>>, random: &mut Random, size: usize) -> usize {
    while heap.len() < size {
        heap.push(Reverse(Timer { when: 2.0 * random.next(), seq: heap.len() }));
    }
    for seq in size..size + 50_000 {
        let Reverse(Timer { when, .. }) = heap.pop().unwrap();
        heap.push(Reverse(Timer { when: when + 2.0 * random.next(), seq }));
    }
    50_000
}

/// Sleeps in tasks, past each other; returns ns for each.
async fn sleepers(size: usize) -> f64 {
    let mut random = Random::new();
    let watch = Stopwatch::start();
    for task in spawn_all(size, || sleep(Duration::from_secs_f64(2.0 + random.next()))) {
        task.await.unwrap();
    }
    watch.ns() / size as f64
}

/// Returns the resident memory that each sleeping task adds.
async fn bytes(size: usize) -> f64 {
    let mut random = Random::new();
    let mut tasks = Vec::with_capacity(size);
    let before = resident();
    tasks.extend((0..size).map(|_| spawn(sleep(FAR + Duration::from_secs_f64(60.0 * random.next())))));
    sleep(Duration::from_millis(10)).await;
    (resident() - before) / size as f64
}

/// Reads the bytes that are resident.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}

/// Is Marsaglia's xorshift of 32 bits, as in random.ts.
struct Random(u32);

impl Random {
    fn new() -> Self {
        Random(2463534242)
    }

    /// Returns the next number of [0, 1).
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        f64::from(self.0) / 4294967296.0
    }
}

/// Measures the lesser of wall time and CPU time, as stopwatch.ts does.
struct Stopwatch {
    wall: Instant,
    cpu: f64,
}

impl Stopwatch {
    fn start() -> Self {
        Stopwatch { wall: Instant::now(), cpu: cpu_ns() }
    }

    fn ns(&self) -> f64 {
        (self.wall.elapsed().as_secs_f64() * 1e9).min(cpu_ns() - self.cpu)
    }
}

fn cpu_ns() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a timespec that outlives the call.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0, "the CPU time must be readable");
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Measures the work again and again, as it is asked to.
async fn serve(case: &str, size: usize) {
    let mut heap = BinaryHeap::new();
    let mut random = Random::new();
    let warming = Stopwatch::start();
    let mut lines = std::io::stdin().lock().lines();
    let mut warm = false;
    loop {
        let watch = Stopwatch::start();
        let count = match case {
            "loop_yield" => yields().await,
            "loop_spawn" => spawns().await,
            "loop_cancel" => cancel().await,
            "loop_call_later" => call_later().await,
            "loop_timeout" => timeouts().await,
            "sync_queue" => queue(size).await,
            "sync_lock" => lock().await,
            "hold" => hold(&mut heap, &mut random, size),
            _ => panic!("there is no such case: {}", case),
        };
        let ns = watch.ns() / count as f64;
        if warm {
            println!("{}", ns);
        } else if warming.ns() < 100e6 {
            continue;
        } else {
            println!("ready");
            warm = true;
        }
        if lines.next().is_none() {
            return;
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().expect("a case must be named");
    let size = arguments.next().expect("a size must be given").parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        match case.as_str() {
            "loop_sleepers" => println!("{}", sleepers(size).await),
            "loop_bytes" => println!("{}", bytes(size).await),
            _ => serve(&case, size).await,
        }
    });
}
