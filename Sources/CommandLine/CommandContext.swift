import Glibc

/// What a command finds around it; tests and the demo bring their own.
package struct CommandContext: Sendable {
    /// Where words go.
    package var terminal: Terminal
    /// Environment variables.
    package var environment: [String: String]
    /// Takes SIGINT and SIGTERM; nil when somebody else does, such as the demo around its commands.
    package var signals: SignalWatch?
    /// Who runs the local workers when they are not processes of their own; nil for processes.
    package var workerHost: (any WorkerHost)?

    /// Surroundings of a command.
    package init(
        terminal: Terminal, environment: [String: String], signals: SignalWatch?,
        workerHost: (any WorkerHost)? = nil
    ) {
        self.terminal = terminal
        self.environment = environment
        self.signals = signals
        self.workerHost = workerHost
    }

    /// The environment of this process.
    package static func processEnvironment() -> [String: String] {
        var found: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return found
    }
}
