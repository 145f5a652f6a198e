/// What `<link>-<n>.pid` says: which process is worker number n of a link, who it belongs to, and what it works from.
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
    /// Absolute paths of its manifests, as they were given: what a link in them points at may change.
    var manifests: [String]

    /// The file's text: a word and its value per line.
    var text: String {
        """
        pid \(process.pid)
        started \(process.startTicks)
        boot \(process.boot)
        kind \(kind.rawValue)

        """ + manifests.map { "manifests \(Self.oneLine($0))\n" }.joined()
    }

    /// Reads the text; nil when it is something else.
    init?(_ text: String) {
        var fields: [Substring: Substring] = [:]
        manifests = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            if words[0] == "manifests" { manifests.append(Self.path(words[1])) } else { fields[words[0]] = words[1] }
        }
        guard let pid = fields["pid"].flatMap({ Int32($0) }), pid > 1,
            let started = fields["started"].flatMap({ UInt64($0) }),
            !manifests.isEmpty, let boot = fields["boot"],
            let kind = fields["kind"].flatMap({ Kind(rawValue: String($0)) })
        else { return nil }
        process = ProcessIdentity(pid: pid, startTicks: started, boot: String(boot))
        self.kind = kind
    }

    /// A worker that runs as `process`, with manifests at these paths.
    init(process: ProcessIdentity, kind: Kind, manifests: [String]) {
        self.process = process
        self.kind = kind
        self.manifests = manifests
    }

    /// A path may hold line breaks, too.
    private static func oneLine(_ path: String) -> String {
        path.replacing("%", with: "%25").replacing("\n", with: "%0A")
    }

    private static func path(_ line: Substring) -> String {
        String(line).replacing("%0A", with: "\n").replacing("%25", with: "%")
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
