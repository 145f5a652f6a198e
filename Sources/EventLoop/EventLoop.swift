import CLinux
import Glibc
import Synchronization

/// One epoll thread that is an executor: sockets, timers and the actors pinned to it never leave their thread.
///
/// An actor names the loop as its `unownedExecutor`; its code, the readiness of its descriptors and its timers then run
/// one after the other without locks, and a hop between two such actors costs nanoseconds. What the actors have to send
/// is collected during a turn and written once at its end (`atEndOfTurn`).
///
/// Sound as `@unchecked Sendable`: `shared` is behind a mutex, `confined` is touched by the loop's thread only, which
/// every entry point checks.
package final class EventLoop: SerialExecutor, @unchecked Sendable {
    /// What other threads may touch.
    private struct Shared {
        var jobs: [UnownedJob] = []
        var actions: [@Sendable () -> Void] = []
        var isAwake = false
        var isStopping = false
    }

    private let shared = Mutex(Shared())
    private let epoll: Int32
    private let wakeUp: Int32
    private let thread = Atomic<Int>(0)
    private nonisolated(unsafe) var confined = Confined()

    /// Most events taken from the kernel in one turn.
    private static let eventsPerTurn = 256

    /// Opens the loop and starts its thread.
    package init() throws(SystemError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .last("epoll_create1") }
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeUp >= 0 else {
            let error = SystemError.last("eventfd")
            close(epoll)
            throw error
        }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event) == 0 else { throw .last("epoll_ctl") }
        try startThread()
    }

    /// Asks the thread to end after the current turn.
    ///
    /// Everything that waits on the loop must have ended before.
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
        let mustWake = shared.withLock { state in
            state.jobs.append(job)
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if mustWake { wake() }
    }

    /// Runs `action` on the loop's thread soon; from any thread.
    package func submit(_ action: @escaping @Sendable () -> Void) {
        let mustWake = shared.withLock { state in
            state.actions.append(action)
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if mustWake { wake() }
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
        _ = write(wakeUp, &one, 8)
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
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
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
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, registration.descriptor, nil)
    }

    /// Runs `action` once after `delay`.
    ///
    /// On the loop's thread only.
    @discardableResult
    package func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        checkIsolated()
        return confined.timers.add(at: .now + delay, action)
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
        defer {
            events.deallocate()
            close(wakeUp)
            close(epoll)
        }
        while true {
            let wait = prepareToSleep()
            if wait == nil { break }
            let count = epoll_wait(epoll, events, Int32(capacity), wait ?? 0)
            shared.withLock { $0.isAwake = true }
            // A signal ends the wait early; that means "no events", not "failure".
            for index in 0..<Int(Swift.max(count, 0)) { deliver(events[index]) }
            let now = ContinuousClock.now
            while let action = confined.timers.popDue(now) { action() }
            runJobs()
            runEndOfTurn()
        }
    }

    /// Milliseconds that may be slept; nil when the loop shall end.
    private func prepareToSleep() -> Int32? {
        let (hasJobs, isStopping) = shared.withLock { state in
            state.isAwake = !state.jobs.isEmpty || !state.actions.isEmpty
            return (state.isAwake, state.isStopping)
        }
        if isStopping && !hasJobs { return nil }
        if hasJobs || !confined.endOfTurn.isEmpty { return 0 }
        return confined.timers.millisecondsToNext
    }

    private func deliver(_ event: epoll_event) {
        if event.data.u64 == 0 {
            var count: UInt64 = 0
            _ = read(wakeUp, &count, 8)
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
