import Glibc
import Synchronization

/// Takes SIGINT and SIGTERM on the main thread, so that commands can end in order.
///
/// The signals are blocked before any other thread starts; all threads inherit that. A command that does not watch is
/// ended by a signal as if nobody had blocked it. A second signal ends a command that is still tidying up.
package final class SignalWatch: Sendable {
    private let state = Mutex(State())

    private struct State {
        var action: (@Sendable (Int32) -> Void)?
        var received: Int32?
    }

    /// Blocks the signals; SIGPIPE is ignored, a broken pipe shows as a failed write.
    ///
    /// To be called once, on the main thread, before anything else.
    package init() {
        signal(SIGPIPE, SIG_IGN)
        var set = Self.signals
        pthread_sigmask(SIG_BLOCK, &set, nil)
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

    /// Waits for signals for as long as the process lives.
    package func serve() -> Never {
        var set = Self.signals
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
                endBySignal(number)
            }
        }
    }

    /// Ends the process by the signal itself, so that a shell sees the usual status.
    private func endBySignal(_ number: Int32) {
        var set = Self.signals
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        return set
    }
}
