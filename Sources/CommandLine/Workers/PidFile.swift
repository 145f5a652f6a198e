/// What `<link>-<n>.pid` says: which process is worker number n of a link, and who it belongs to.
struct PidFile: Hashable, Sendable {
    /// How the worker runs.
    enum Kind: String, Sendable {
        /// A process of its own, started by `apply`; `apply` may stop it.
        case process
        /// Inside `lockstep run` or `lockstep demo`; only that program stops it.
        case hosted
    }

    /// The process.
    var process: ProcessIdentity
    /// How the worker runs.
    var kind: Kind

    /// The file's text: a word and its value per line.
    var text: String {
        """
        pid \(process.pid)
        started \(process.startTicks)
        boot \(process.boot)
        kind \(kind.rawValue)

        """
    }

    /// Reads the text; nil when it is something else.
    init?(_ text: String) {
        var fields: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { fields[words[0]] = words[1] }
        }
        guard let pid = fields["pid"].flatMap({ Int32($0) }), pid > 1,
            let started = fields["started"].flatMap({ UInt64($0) }),
            let boot = fields["boot"], let kind = fields["kind"].flatMap({ Kind(rawValue: String($0)) })
        else { return nil }
        process = ProcessIdentity(pid: pid, startTicks: started, boot: String(boot))
        self.kind = kind
    }

    /// A worker that runs as `process`.
    init(process: ProcessIdentity, kind: Kind) {
        self.process = process
        self.kind = kind
    }

    /// Whether this very worker of the link runs: the process is the one that was started, and is a worker of it.
    func isRunning(link: String) -> Bool {
        guard process.isRunning else { return false }
        guard kind == .process else { return true }
        let words = process.commandLine
        guard let flag = words.firstIndex(of: "--link"), flag + 1 < words.count else { return false }
        return words.contains("worker") && words[flag + 1] == link
    }
}
