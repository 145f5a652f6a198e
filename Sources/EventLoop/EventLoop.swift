import CLinux
import Glibc
import Synchronization

/// One epoll thread that is an executor: sockets, timers and the actors pinned to it never leave their thread.
///
/// An actor names the loop as its `unownedExecutor`; its code, the readiness of its descriptors and its timers then run
/// one after the other without locks, and a hop between two such actors costs nanoseconds. What the actors have to send
/// is collected during a turn and written once at its end (`atEndOfTurn`).
///
/// After `stop` the thread ends as soon as nothing holds it: no job, no action, and no timer of a wait. What is queued
/// later starts a thread again, so nobody waits for a loop that is gone; only descriptors and timers that hold nothing
/// are left alone then.
///
/// Sound as `@unchecked Sendable`: `shared` is behind a mutex, `confined` is touched by the loop's thread only, which
/// every entry point checks. One thread at most runs at a time, and it hands `confined` over under the mutex.
package final class EventLoop: SerialExecutor, @unchecked Sendable {
    /// What other threads may touch.
    private struct Shared {
        var jobs: [UnownedJob] = []
        var actions: [@Sendable () -> Void] = []
        var isAwake = false
        var isStopping = false
        /// Whether there is a thread that will look at the jobs.
        var isRunning = true
    }

    private let shared = Mutex(Shared())
    // Open as long as the loop exists, not as its thread runs: a late wake must not reach a stranger's descriptor.
    private let epoll: OwnedDescriptor
    private let wakeUp: OwnedDescriptor
    private let thread = Atomic<Int>(0)
    private nonisolated(unsafe) var confined = Confined()

    /// Most events taken from the kernel in one turn.
    private static let eventsPerTurn = 256

    /// Opens the loop and starts its thread.
    package init() throws(SystemError) {
        epoll = try OwnedDescriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), "epoll_create1")
        wakeUp = try OwnedDescriptor(eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)), "eventfd")
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
        guard epoll_ctl(epoll.number, EPOLL_CTL_ADD, wakeUp.number, &event) == 0 else { throw .last("epoll_ctl") }
        try startThread()
    }

    /// Lets the thread end once no job and no timer of a wait is left.
    ///
    /// Close what is watched before: an idle connection does not hold the loop. Any thread may call it, again and
    /// again.
    package func stop() {
        shared.withLock { $0.isStopping = true }
        wake()
    }

    private func startThread() throws(SystemError) {
        let loop = Unmanaged.passRetained(self)
        var id = pthread_t()
        let result = pthread_create(
            &id, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<EventLoop>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, loop.toOpaque())
        guard result == 0 else {
            loop.release()
            throw SystemError("pthread_create", result)
        }
        pthread_detach(id)
    }

    // MARK: Executor

    /// Queues a job of an actor or task that lives on this loop.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue { $0.jobs.append(job) }
    }

    /// Runs `action` on the loop's thread soon; from any thread.
    package func submit(_ action: @escaping @Sendable () -> Void) {
        queue { $0.actions.append(action) }
    }

    private func queue(_ add: (inout Shared) -> Void) {
        let (mustWake, mustStart) = shared.withLock { state in
            add(&state)
            defer {
                state.isAwake = true
                state.isRunning = true
            }
            return (!state.isAwake, !state.isRunning)
        }
        if mustStart {
            do throws(SystemError) {
                try startThread()
            } catch {
                // The job stays queued; the next one tries again.
                shared.withLock { $0.isRunning = false }
            }
        } else if mustWake {
            wake()
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Whether the caller runs on the loop's thread.
    package var isCurrent: Bool {
        thread.load(ordering: .relaxed) == Int(lockstep_thread_id())
    }

    package func checkIsolated() {
        precondition(isCurrent, "this code belongs to the event loop's thread")
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp.number, &one, 8)
    }

    // MARK: On the loop

    /// Watches a descriptor, edge-triggered, for reading and writing.
    ///
    /// On the loop's thread only.
    package func watch(_ descriptor: Int32, _ handler: any ReadinessHandler) throws(SystemError) -> Registration {
        checkIsolated()
        let registration = confined.register(descriptor, handler)
        var event = epoll_event(
            events: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue,
            data: epoll_data_t(u64: registration.packed))
        guard epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            let error = SystemError.last("epoll_ctl")
            confined.unregister(registration)
            throw error
        }
        return registration
    }

    /// Ends a watch; to be called before the descriptor is closed.
    ///
    /// On the loop's thread only.
    package func unwatch(_ registration: Registration) {
        checkIsolated()
        confined.unregister(registration)
        _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, registration.descriptor, nil)
    }

    /// Runs `action` once after `delay`.
    ///
    /// On the loop's thread only.
    ///
    /// - Parameter holdsLoop: whether somebody waits for the timer, so that a stopped loop goes on until it fired or
    ///   was cancelled.
    @discardableResult
    package func schedule(
        after delay: Duration, holdsLoop: Bool = false, _ action: @escaping @Sendable () -> Void
    ) -> TimerToken {
        checkIsolated()
        return confined.timers.add(at: .now + delay, holdsLoop: holdsLoop, action)
    }

    /// Forgets a timer; one that already fired is no mistake.
    ///
    /// On the loop's thread only.
    package func cancel(_ timer: TimerToken) {
        checkIsolated()
        confined.timers.cancel(timer)
    }

    /// Runs `action` once when this turn's events and jobs are done: the place to write what was collected.
    package func atEndOfTurn(_ action: @escaping @Sendable () -> Void) {
        checkIsolated()
        confined.endOfTurn.append(action)
    }

    // MARK: The turn

    private func run() {
        thread.store(Int(lockstep_thread_id()), ordering: .relaxed)
        let capacity = Self.eventsPerTurn
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        defer { events.deallocate() }
        while let wait = prepareToSleep() {
            let count = epoll_wait(epoll.number, events, Int32(capacity), wait)
            shared.withLock { $0.isAwake = true }
            // A signal ends the wait early; that means "no events", not "failure".
            for index in 0..<Int(Swift.max(count, 0)) { deliver(events[index]) }
            let now = ContinuousClock.now
            while let action = confined.timers.popDue(now) { action() }
            runJobs()
            runEndOfTurn()
        }
    }

    /// Milliseconds that may be slept; nil when the thread shall end, and then nothing of the loop may be touched.
    private func prepareToSleep() -> Int32? {
        let hasEndOfTurn = !confined.endOfTurn.isEmpty
        let isHeld = hasEndOfTurn || confined.timers.isHeld
        let untilTimer = confined.timers.millisecondsToNext
        return shared.withLock { state in
            state.isAwake = !state.jobs.isEmpty || !state.actions.isEmpty
            if state.isAwake || hasEndOfTurn { return 0 }
            if state.isStopping && !isHeld {
                // The system gives a thread's number to a later one.
                thread.store(0, ordering: .relaxed)
                state.isRunning = false
                return nil
            }
            return untilTimer
        }
    }

    private func deliver(_ event: epoll_event) {
        if event.data.u64 == 0 {
            var count: UInt64 = 0
            _ = read(wakeUp.number, &count, 8)
            return
        }
        // A late event of a descriptor that was closed and reused finds no handler and is dropped.
        confined.handler(packed: event.data.u64)?.ready(Readiness(events: event.events))
    }

    private func runJobs() {
        let (jobs, actions) = shared.withLock { state in
            defer {
                state.jobs.removeAll(keepingCapacity: true)
                state.actions.removeAll(keepingCapacity: true)
            }
            return (state.jobs, state.actions)
        }
        for action in actions { action() }
        for job in jobs {
            job.runSynchronously(on: asUnownedSerialExecutor())
        }
    }

    private func runEndOfTurn() {
        while !confined.endOfTurn.isEmpty {
            let actions = confined.endOfTurn
            confined.endOfTurn.removeAll(keepingCapacity: true)
            for action in actions { action() }
        }
    }
}

/// A descriptor that is closed when its owner is gone.
private final class OwnedDescriptor: Sendable {
    let number: Int32

    /// Takes over what `call` returned.
    init(_ number: Int32, _ call: String) throws(SystemError) {
        guard number >= 0 else { throw .last(call) }
        self.number = number
    }

    deinit { close(number) }
}

/// What only the loop's thread touches.
private struct Confined {
    var timers = TimerQueue()
    var endOfTurn: [@Sendable () -> Void] = []
    private var handlers: [UInt64: any ReadinessHandler] = [:]
    private var nextNumber: UInt32 = 1

    mutating func register(_ descriptor: Int32, _ handler: any ReadinessHandler) -> Registration {
        defer { nextNumber = nextNumber == .max ? 1 : nextNumber + 1 }
        let registration = Registration(descriptor: descriptor, number: nextNumber)
        handlers[registration.packed] = handler
        return registration
    }

    mutating func unregister(_ registration: Registration) {
        handlers[registration.packed] = nil
    }

    func handler(packed: UInt64) -> (any ReadinessHandler)? {
        handlers[packed]
    }
}
