import Glibc

/// The folder of this machine's workers: a process id and a log for each.
struct StateDirectory: Hashable, Sendable {
    /// Absolute path.
    let path: String

    /// The flag that names it.
    static let option = OptionSyntax(
        "state-dir", value: "PATH",
        "Folder for process ids and logs of local workers (default: ~/.local/state/lockstep).")

    /// The folder by flag, `LOCKSTEP_STATE_DIR`, `XDG_STATE_HOME` or home, in this order.
    init(_ arguments: Arguments, _ environment: [String: String]) throws(CommandFailure) {
        if let given = arguments.value("state-dir") ?? Self.set("LOCKSTEP_STATE_DIR", environment) {
            path = ManifestPaths.absolute(given)
        } else if let state = Self.set("XDG_STATE_HOME", environment) {
            path = "\(state)/lockstep"
        } else if let home = Self.set("HOME", environment) {
            path = "\(home)/.local/state/lockstep"
        } else {
            throw .usage("there is no home folder for the state of local workers", hint: "pass --state-dir PATH")
        }
    }

    /// A folder whose path is known.
    init(path: String) {
        self.path = path
    }

    /// Where a worker's process id stands.
    func pidFile(_ link: String, _ index: Int) -> String { "\(path)/\(link)-\(index).pid" }

    /// Where a worker's output goes.
    func logFile(_ link: String, _ index: Int) -> String { "\(path)/\(link)-\(index).log" }

    private static func set(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
