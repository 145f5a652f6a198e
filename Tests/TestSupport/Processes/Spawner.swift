import Foundation
import Synchronization

/// The thread all children are started from; it lives as long as the test process.
///
/// The kernel's "kill me when my parent dies" (`PR_SET_PDEATHSIG`) means the parent *thread*. Threads of a pool come
/// and go, this one stays, so a child started here dies with the test process and not before.
final class Spawner: Sendable {
    static let shared = Spawner()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let pending = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            while true {
                pending.wait()
                jobs.withLock { $0.removeFirst() }()
            }
        }
    }

    /// Starts a child that the kernel kills when the test process ends, however it ends.
    func spawn(
        _ arguments: [String], environment: [String: String], directory: String? = nil, streams: [ChildStream]
    ) throws -> SpawnedChild {
        let started = Mutex<Result<SpawnedChild, any Error>>(.failure(HarnessError("not started")))
        let done = DispatchSemaphore(value: 0)
        let job: @Sendable () -> Void = {
            let result = Result {
                try SpawnedChild.spawn(
                    arguments, environment: environment, directory: directory, streams: streams, life: .endsWithThread)
            }
            started.withLock { $0 = result }
            done.signal()
        }
        jobs.withLock { $0.append(job) }
        pending.signal()
        done.wait()
        return try started.withLock { $0 }.get()
    }
}
