import Glibc
import Synchronization

/// Takes SIGINT and SIGTERM in one thread of its own, so that commands can end in order.
///
/// The signals are blocked before any other thread starts; all threads inherit that. A command that does not watch is
/// ended by a signal as if nobody had blocked it. A second signal ends a command that is still tidying up.
package final class SignalWatch: Sendable {
    private let state = Mutex(State())

    private struct State {
        var action: (@Sendable (Int32) -> Void)?
        var received: Int32?
    }

    /// Blocks the signals and starts the thread; SIGPIPE is ignored, a broken pipe shows as a failed write.
    ///
    /// To be called once, on the main thread, before anything else.
    package init() {
        signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let watch = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<SignalWatch>.fromOpaque(pointer).takeRetainedValue().wait()
                return nil
            }, watch.toOpaque())
        if result == 0 {
            pthread_detach(thread)
        } else {
            // Without the thread the signals must work as usual.
            watch.release()
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
        }
    }

    /// Runs `action` at the first signal from now on, at once if one came before; any later one ends the process.
    package func onSignal(_ action: @escaping @Sendable (Int32) -> Void) {
        let earlier = state.withLock { state in
            state.action = action
            return state.received
        }
        if let earlier { action(earlier) }
    }

    /// Suspends until a signal comes or the task is cancelled.
    package func firstSignal() async -> Int32? {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        onSignal { number in
            continuation.yield(number)
            continuation.finish()
        }
        for await number in stream { return number }
        return nil
    }

    private func wait() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            let action = state.withLock { state -> (@Sendable (Int32) -> Void)? in
                defer { state.received = number }
                return state.received == nil ? state.action : nil
            }
            if let action {
                action(number)
            } else {
                endBySignal(number, set)
            }
        }
    }

    /// Ends the process by the signal itself, so that a shell sees the usual status.
    private func endBySignal(_ number: Int32, _ set: sigset_t) {
        var set = set
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
    }
}
