// The same work in Go on one core, for the protocol of child.ts: peer CASE SIZE, or peer version.
//
// Prints a value and ends, or prints `ready` once warm and then ns per operation for each line read.
package main

import (
	"bufio"
	"container/heap"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const far = 600 * time.Second

// cases hold the work that is timed, by the names of its files; each returns how many operations it did.
var cases = map[string]func(size int) int{
	"loop_yield":      yield,
	"loop_spawn":      spawn,
	"loop_cancel":     cancel,
	"loop_call_later": callLater,
	"loop_timeout":    timeout,
	"sync_queue":      queue,
	"sync_lock":       lock,
	"hold":            hold(),
}

// gather runs a function in so many goroutines and waits for all of them.
func gather(count int, child func()) {
	var group sync.WaitGroup
	group.Add(count)
	for at := 0; at < count; at++ {
		go func() {
			defer group.Done()
			child()
		}()
	}
	group.Wait()
}

func yield(int) int {
	gather(1_000, func() {
		for step := 0; step < 200; step++ {
			runtime.Gosched()
		}
	})
	return 1_000 * 200
}

func spawn(int) int {
	for time := 0; time < 20; time++ {
		gather(1_000, func() {})
	}
	return 1_000 * 20
}

func cancel(int) int {
	const tasks = 100_000
	var group sync.WaitGroup
	group.Add(tasks)
	cancels := make([]context.CancelFunc, tasks)
	for at := range cancels {
		ctx, cancel := context.WithCancel(context.Background())
		cancels[at] = cancel
		go func() {
			defer group.Done()
			timer := time.NewTimer(far)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
			}
		}()
	}
	runtime.Gosched()
	for _, cancel := range cancels {
		cancel()
	}
	group.Wait()
	return tasks
}

func callLater(int) int {
	for at := 0; at < 100_000; at++ {
		time.AfterFunc(far, func() {}).Stop()
	}
	return 100_000
}

func timeout(int) int {
	for time := 0; time < 10_000; time++ {
		ctx, cancel := context.WithTimeout(context.Background(), far)
		runtime.Gosched()
		if ctx.Err() != nil {
			panic("the timeout expired")
		}
		cancel()
	}
	return 10_000
}

func queue(size int) int {
	items := make(chan int, size)
	go func() {
		for item := 0; item < 20_000; item++ {
			items <- item
		}
	}()
	for got := 0; got < 20_000; got++ {
		<-items
	}
	return 20_000
}

func lock(int) int {
	var mutex sync.Mutex
	gather(100, func() {
		for entry := 0; entry < 100; entry++ {
			mutex.Lock()
			runtime.Gosched()
			mutex.Unlock()
		}
	})
	return 100 * 100
}

// timer is an entry of a heap, which orders by deadline, then by arming.
type timer struct {
	when float64
	seq  int
}

// timers implement container/heap.
type timers []timer

func (list timers) Len() int      { return len(list) }
func (list timers) Swap(a, b int) { list[a], list[b] = list[b], list[a] }
func (list timers) Less(a, b int) bool {
	return list[a].when < list[b].when || list[a].when == list[b].when && list[a].seq < list[b].seq
}
func (list *timers) Push(one any) { *list = append(*list, one.(timer)) }
func (list *timers) Pop() any {
	old := *list
	last := old[len(old)-1]
	*list = old[:len(old)-1]
	return last
}

// hold takes the nearest timer out and arms it anew, in a heap that is filled once.
func hold() func(int) int {
	var list timers
	random := newRandom()
	return func(size int) int {
		for len(list) < size {
			heap.Push(&list, timer{2 * random.next(), len(list)})
		}
		seq := size
		for turn := 0; turn < 50_000; turn++ {
			one := heap.Pop(&list).(timer)
			heap.Push(&list, timer{one.when + 2*random.next(), seq})
			seq++
		}
		return 50_000
	}
}

// sleepers sleeps in goroutines, past each other, and returns ns for each.
func sleepers(size int) float64 {
	random := newRandom()
	watch := start()
	gather(size, func() { time.Sleep(2*time.Second + time.Duration(random.next()*1e9)) })
	return watch.ns() / float64(size)
}

// bytes returns the memory held for each sleeping goroutine, its stack included.
func bytes(size int) float64 {
	random := newRandom()
	before := held()
	for at := 0; at < size; at++ {
		go func() { time.Sleep(far + time.Duration(random.next()*60e9)) }()
	}
	time.Sleep(10 * time.Millisecond)
	return (held() - before) / float64(size)
}

// held returns the bytes in use after collecting garbage.
func held() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapInuse + stats.StackInuse)
}

// random is Marsaglia's xorshift of 32 bits, as in random.ts; one core needs no lock.
type random uint32

func newRandom() *random {
	seed := random(2463534242)
	return &seed
}

// next returns the next number of [0, 1).
func (state *random) next() float64 {
	*state ^= *state << 13
	*state ^= *state >> 17
	*state ^= *state << 5
	return float64(*state) / 4294967296
}

// stopwatch measures the lesser of wall time and CPU time, as stopwatch.ts does.
type stopwatch struct {
	wall time.Time
	cpu  float64
}

func start() stopwatch { return stopwatch{time.Now(), cpuNs()} }

func (watch stopwatch) ns() float64 {
	wall, cpu := float64(time.Since(watch.wall)), cpuNs()-watch.cpu
	if cpu < wall {
		return cpu
	}
	return wall
}

func cpuNs() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	runtime.GOMAXPROCS(1)
	name := os.Args[1]
	if name == "version" {
		fmt.Println(runtime.Version())
		return
	}
	size, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	switch name {
	case "loop_sleepers":
		fmt.Println(sleepers(size))
		return
	case "loop_bytes":
		fmt.Println(bytes(size))
		return
	}
	work := cases[name]
	for watch := start(); watch.ns() < 100e6; {
		work(size)
	}
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		watch := start()
		count := work(size)
		fmt.Println(watch.ns() / float64(count))
	}
}
