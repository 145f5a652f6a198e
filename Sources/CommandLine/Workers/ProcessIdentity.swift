import Glibc

/// One process, told apart from any other that had or will have the same process id.
struct ProcessIdentity: Hashable, Sendable {
    /// Process id.
    var pid: pid_t
    /// When it started, in clock ticks since the machine did (`/proc/<pid>/stat`, field 22).
    var startTicks: UInt64
    /// Which run of the machine that was: ticks begin anew with each.
    var boot: String

    /// The identity of a running process; nil when there is none, or only one that has ended and was not waited for.
    static func of(_ pid: pid_t) -> ProcessIdentity? {
        guard let text = ProcessFiles.text("/proc/\(pid)/stat"), let closing = text.lastIndex(of: ")") else {
            return nil
        }
        // The name in parentheses may hold anything; behind it come the fields from number 3 on.
        let fields = text[text.index(after: closing)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let ticks = UInt64(fields[19]) else { return nil }
        return ProcessIdentity(pid: pid, startTicks: ticks, boot: Self.thisBoot)
    }

    /// Whether this very process still runs.
    var isRunning: Bool {
        // One of our own children that ended stays visible until it was waited for.
        var status: Int32 = 0
        if waitpid(pid, &status, WNOHANG) == pid { return false }
        return Self.of(pid) == self
    }

    /// The words of its command line; empty when it cannot be read.
    var commandLine: [String] {
        (ProcessFiles.text("/proc/\(pid)/cmdline") ?? "").split(separator: "\0").map(String.init)
    }

    private static let thisBoot = (ProcessFiles.text("/proc/sys/kernel/random/boot_id") ?? "").filter { $0 != "\n" }
}

extension ProcessIdentity {
    /// Id of this process.
    static var ownId: pid_t { getpid() }
}
