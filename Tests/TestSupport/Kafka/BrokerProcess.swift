import Glibc
import Foundation
import Synchronization

/// One JVM of a cluster (a broker or ZooKeeper): start, signals, its log.
final class BrokerProcess: Sendable {
    /// "broker 2", for messages.
    let title: String
    /// The file its standard output and error go to; it grows over restarts.
    let logFile: String
    private let command: [String]
    private let state = Mutex<(pid: pid_t, logStart: UInt64)>((0, 0))

    init(title: String, logFile: String, command: [String]) {
        self.title = title
        self.logFile = logFile
        self.command = command
    }

    var pid: pid_t { state.withLock { $0.pid } }

    var isAlive: Bool {
        let pid = pid
        return pid > 0 && isRunning(pid: pid)
    }

    func start() throws {
        let size = (try? FileManager.default.attributesOfItem(atPath: logFile)[.size] as? UInt64) ?? 0
        let child = try Spawner.shared.spawn(
            command, environment: ProcessInfo.processInfo.environment,
            streams: [.null, .appending(logFile), .appending(logFile)])
        state.withLock { $0 = (child.pid, size) }
    }

    func signal(_ number: Int32) {
        let pid = pid
        if pid > 0 { kill(pid, number) }
    }

    /// Kills it, also when it is stopped, and waits until the kernel has let go of it.
    func killAndWait() async throws {
        try await end(with: SIGKILL)
    }

    /// Asks it to shut down and waits.
    func shutDown() async throws {
        try await end(with: SIGTERM)
    }

    private func end(with signal: Int32) async throws {
        let pid = pid
        guard pid > 0 else { return }
        kill(pid, signal)
        try await waitUntil("\(title) ends", within: .seconds(60)) { waitpid(pid, nil, WNOHANG) != 0 }
        state.withLock { $0.pid = 0 }
    }

    /// Waits until it has printed `line` since its last start.
    func waitForLog(_ line: String, within limit: Duration = .seconds(90)) async throws {
        let wanted = Data(line.utf8)
        try await waitUntil("\(title) prints \"\(line)\" into \(logFile)", within: limit, every: .milliseconds(30)) {
            guard try log().range(of: wanted) == nil else { return true }
            guard isAlive else {
                let log = try log()
                // Far in front of the end, behind which it goes on to shut down.
                let taken = "Address already in use"
                let reason = log.range(of: Data(taken.utf8)) == nil ? "" : " (\(taken))"
                throw HarnessError("\(title) died\(reason):\n\(String(decoding: log.suffix(3000), as: UTF8.self))")
            }
            return false
        }
    }

    /// What it has printed since its last start.
    func log() throws -> Data {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: logFile))
        defer { try? file.close() }
        try file.seek(toOffset: state.withLock { $0.logStart })
        return try file.readToEnd() ?? Data()
    }
}
