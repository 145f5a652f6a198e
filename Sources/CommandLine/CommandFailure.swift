/// Why a command ended early: the exit status and what to print on stderr.
package struct CommandFailure: Error, Hashable, Sendable {
    /// The exit status.
    package var status: ExitStatus
    /// What went wrong and what to do, as sentences; empty when it was printed already.
    package var message: String

    /// A failure with its exit status.
    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// A wrong command line; the hint says what was probably meant.
    static func usage(_ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(.usage, hint.map { "\(message); \($0)" } ?? message)
    }
}
