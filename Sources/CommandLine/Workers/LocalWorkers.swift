import CLinux
import Glibc

/// Workers of this machine as processes of their own, which outlive the command that started them.
///
/// A worker is known by process id and start time, so that a process id that went to somebody else is never taken for
/// a worker and never gets a signal.
package struct LocalWorkers: WorkerHost {
    private let directory: StateDirectory
    private let executable: String
    private let manifests: [String]

    /// How long a new worker is watched before it counts as started.
    private static let watchTime = Duration.seconds(1)
    /// How long a worker may take to leave its group before it is left to end by itself.
    private static let stopTime = Duration.seconds(10)

    /// Workers in a state folder, started with these manifests.
    ///
    /// - Parameter executable: the program to start; nil for this one.
    init(directory: StateDirectory, manifests: [String], executable: String? = nil) {
        self.directory = directory
        self.manifests = manifests
        self.executable = executable ?? Self.thisProgram
    }

    /// Numbers of the workers of `link` that run on this machine.
    ///
    /// One that was started with other manifests may be of another link with this name, so it does not count.
    package func running(link: String) -> [Int] {
        known(link).filter { $0.file.isRunning(link: link) && isOurs($0.file) }.map(\.index)
    }

    private func isOurs(_ file: PidFile) -> Bool {
        file.manifests.map(ManifestPaths.real) == manifests.map(ManifestPaths.real)
    }

    /// Starts the workers of `link` with these numbers unless they run; returns what went wrong, in sentences.
    package func start(link: String, indexes: [Int]) async -> [String] {
        guard !manifests.contains("-") else {
            return ["workers cannot be started with manifests from stdin: they read them again; pass files with -f"]
        }
        guard ProcessFiles.makeFolder(directory.path) else {
            return [unwritable]
        }
        let lock = open("\(directory.path)/.lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            return ["the state folder \(directory.path) cannot be locked; choose another with --state-dir"]
        }
        defer { close(lock) }
        var problems: [String] = []
        var started: [(index: Int, process: ProcessIdentity)] = []
        let running = Set(running(link: link))
        for index in indexes where !running.contains(index) {
            if let problem = foreign(link: link, index: index) {
                problems.append(problem)
                continue
            }
            switch spawn(link, index) {
            case .success(let process): started.append((index, process))
            case .failure(let failure): problems.append(failure.message)
            }
        }
        return problems + (await watch(link, started))
    }

    /// Ends workers of `link` that were started here; returns what was done, in sentences.
    package func stop(link: String, indexes: [Int]) async -> [String] {
        var stopped: [String] = []
        let ours = known(link).filter { $0.file.isRunning(link: link) && isOurs($0.file) }
        for (index, file) in ours where indexes.contains(index) {
            guard file.kind == .process else {
                stopped.append(
                    "worker \(link)-\(index) belongs to another program (process \(file.process.pid)); "
                        + "it stops with that")
                continue
            }
            stopped.append(await stop(link, index, file.process))
        }
        return stopped
    }

    /// Notes a worker that runs inside this process; false when the state folder cannot be written.
    func noteHosted(link: String, index: Int) -> Bool {
        guard ProcessFiles.makeFolder(directory.path), let own = ProcessIdentity.of(getpid()) else { return false }
        return note(own, .hosted, link, index)
    }

    /// Takes back what `noteHosted` wrote.
    func forgetHosted(link: String, index: Int) {
        let path = directory.pidFile(link, index)
        guard let file = ProcessFiles.text(path).flatMap(PidFile.init), file.process.pid == getpid() else { return }
        unlink(path)
    }

    /// Takes back the note on this process, when it was started as a worker and ends in order.
    func forgetOwn(link: String) {
        for (index, file) in known(link) where file.process == ProcessIdentity.of(getpid()) {
            unlink(directory.pidFile(link, index))
        }
    }

    /// The workers of a link that have a file, running or not, by number.
    private func known(_ link: String) -> [(index: Int, file: PidFile)] {
        guard let folder = opendir(directory.path) else { return [] }
        defer { closedir(folder) }
        var found: [(index: Int, file: PidFile)] = []
        while let entry = readdir(folder) {
            // `d_name` is a C string in a fixed array; the pointer is valid until the next `readdir`.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix("\(link)-"), name.hasSuffix(".pid"),
                let index = Int(name.dropFirst(link.count + 1).dropLast(4)), index >= 0,
                let file = ProcessFiles.text("\(directory.path)/\(name)").flatMap(PidFile.init)
            else { continue }
            found.append((index, file))
        }
        return found.sorted { $0.index < $1.index }
    }

    private func spawn(_ link: String, _ index: Int) -> Result<ProcessIdentity, CommandFailure> {
        var words = [executable, "worker", "--link", link]
        for path in manifests { words += ["-f", ManifestPaths.absolute(path)] }
        words += ["--instance-id", "\(Self.hostName)-\(link)-\(index)", "--state-dir", directory.path]
        var pid: pid_t = 0
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        let result = lockstep_spawn_detached(arguments, directory.logFile(link, index), &pid)
        guard result == 0 else {
            let reason = String(cString: strerror(result))
            return .failure(CommandFailure(.failed, "worker \(link)-\(index) cannot be started: \(reason)"))
        }
        guard let process = ProcessIdentity.of(pid) else {
            return .failure(CommandFailure(.failed, ended(link, index)))
        }
        guard note(process, .process, link, index) else {
            // A worker that nobody knows of would be started twice.
            kill(pid, SIGTERM)
            return .failure(CommandFailure(.failed, unwritable))
        }
        return .success(process)
    }

    /// Watches new workers for a moment; one that ends at once is a failure, and its log says why.
    private func watch(_ link: String, _ started: [(index: Int, process: ProcessIdentity)]) async -> [String] {
        var waiting = started
        var problems: [String] = []
        let deadline = ContinuousClock.now + Self.watchTime
        while true {
            // Looked at behind the deadline as well: on a busy machine a worker may end during one long pause.
            let isLast = ContinuousClock.now >= deadline || Task.isCancelled
            for (index, process) in waiting where !process.isRunning {
                problems.append(ended(link, index))
                waiting.removeAll { $0.index == index }
            }
            if isLast || waiting.isEmpty { return problems }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Says that a worker of `link` with this number runs here with other manifests; nil when none does.
    ///
    /// The number has one file, so a second worker beside that one would be nobody's.
    func foreign(link: String, index: Int) -> String? {
        let found = known(link).first { $0.index == index && $0.file.isRunning(link: link) && !isOurs($0.file) }
        guard let file = found?.file else { return nil }
        let paths = file.manifests.map(ManifestPaths.real).joined(separator: ", ")
        return
            "worker \(link)-\(index) runs here already, with the manifests of \(paths) (process \(file.process.pid)). "
            + "If that is another link of the same name, keep the two apart with --state-dir; otherwise stop that "
            + "process, or apply with the same -f."
    }

    private func note(_ process: ProcessIdentity, _ kind: PidFile.Kind, _ link: String, _ index: Int) -> Bool {
        let file = PidFile(process: process, kind: kind, manifests: manifests.map(ManifestPaths.absolute))
        return ProcessFiles.replace(directory.pidFile(link, index), with: file.text)
    }

    private var unwritable: String {
        "the state folder \(directory.path) cannot be written; choose another with --state-dir"
    }

    private func ended(_ link: String, _ index: Int) -> String {
        let log = directory.logFile(link, index)
        let tail = ProcessFiles.tail(log, lines: 8).map { "\n    \($0)" }.joined()
        return "worker \(link)-\(index) ended at once; the end of \(log):" + (tail.isEmpty ? " (empty)" : tail)
    }

    private func stop(_ link: String, _ index: Int, _ process: ProcessIdentity) async -> String {
        kill(process.pid, SIGTERM)
        let deadline = ContinuousClock.now + Self.stopTime
        while process.isRunning, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
        guard !process.isRunning else {
            return "worker \(link)-\(index) (process \(process.pid)) was asked to stop and is still at it"
        }
        unlink(directory.pidFile(link, index))
        return "worker \(link)-\(index) (process \(process.pid)) was stopped"
    }

    /// The path of this program; that of `/proc` when its file was replaced or removed.
    static let thisProgram: String = {
        guard let resolved = realpath("/proc/self/exe", nil) else { return "/proc/self/exe" }
        defer { free(resolved) }
        let path = String(cString: resolved)
        return access(path, X_OK) == 0 ? path : "/proc/self/exe"
    }()

    static let hostName: String = {
        let name = ProcessFiles.text("/proc/sys/kernel/hostname") ?? "localhost"
        return name.filter { !$0.isNewline }
    }()
}
