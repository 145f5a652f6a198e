import Foundation
import TestSupport
import Testing

@testable import CommandLine

/// Real processes stand in for workers: a script that takes a worker's arguments and sleeps or ends.
@Suite final class LocalWorkersTests {
    private let folder: TemporaryDirectory
    private let state: StateDirectory

    init() throws {
        folder = try TemporaryDirectory("workers")
        state = StateDirectory(path: folder.file("state"))
    }

    /// A test that fails leaves no process behind either.
    deinit {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: state.path)) ?? []
        where name.hasSuffix(".pid") {
            let text = try? String(contentsOfFile: "\(state.path)/\(name)", encoding: .utf8)
            guard let file = text.flatMap(PidFile.init), file.process.isRunning else { continue }
            kill(file.process.pid, SIGKILL)
        }
    }

    private func workers(_ body: String) async throws -> LocalWorkers {
        let script = try folder.write("worker.sh", "#!/bin/sh\n[ \"$1\" = probe ] && exit 0\n\(body)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        // A child that another test starts at this moment may still hold the file open for writing: "text file busy".
        try await waitUntil("the script can be run") { try await CommandRun.run([script, "probe"]).exitCode == 0 }
        return LocalWorkers(directory: state, manifests: ["/manifests"], executable: script)
    }

    /// Waits for a signal without a child process that could stay behind.
    private static let waiting = "echo \"$@\"; trap 'exit 0' TERM; while :; do read -r _ < fifo; done"

    private func waitingWorkers() async throws -> LocalWorkers {
        mkfifo(folder.file("fifo"), 0o600)
        return try await workers("cd '\(folder.path)' && " + Self.waiting)
    }

    private func pid(_ link: String, _ index: Int) throws -> Int32 {
        let text = try String(contentsOfFile: state.pidFile(link, index), encoding: .utf8)
        return try #require(PidFile(text)).process.pid
    }

    private func end(_ pid: Int32) async throws {
        kill(pid, SIGKILL)
        try await waitUntil("process \(pid) ends", within: .seconds(10)) { !isRunning(pid: pid) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `starts workers, knows them, and does not start them twice`() async throws {
        let workers = try await waitingWorkers()
        #expect(workers.running(link: "a") == [])
        #expect(await workers.start(link: "a", indexes: [0, 1]) == [])
        #expect(workers.running(link: "a") == [0, 1])
        let first = try pid("a", 0)
        // A worker is nobody's child: a starter that lives long leaves no dead one behind.
        #expect(waitpid(first, nil, WNOHANG) == -1 && errno == ECHILD)
        #expect(await workers.start(link: "a", indexes: [0, 1]) == [])
        #expect(try pid("a", 0) == first)
        var log = ""
        try await waitUntil("the worker has written its line") {
            log = try String(contentsOfFile: state.logFile("a", 1), encoding: .utf8)
            return log.hasSuffix("\n")
        }
        #expect(
            log == "worker --link a -f /manifests --instance-id \(LocalWorkers.hostName)-a-1 "
                + "--state-dir \(state.path)\n")
        try await end(first)
        try await end(pid("a", 1))
    }

    @Test(.timeLimit(.minutes(1)))
    func `notices a dead worker and starts it again`() async throws {
        let workers = try await waitingWorkers()
        #expect(await workers.start(link: "a", indexes: [0, 1]) == [])
        let first = try pid("a", 0)
        try await end(first)
        #expect(workers.running(link: "a") == [1])
        #expect(await workers.start(link: "a", indexes: [0]) == [])
        #expect(workers.running(link: "a") == [0, 1])
        #expect(try pid("a", 0) != first)
        try await end(pid("a", 0))
        try await end(pid("a", 1))
    }

    @Test(.timeLimit(.minutes(1)))
    func `never takes a reused process id for a worker, nor stops it`() async throws {
        let workers = try await waitingWorkers()
        #expect(await workers.start(link: "a", indexes: [0]) == [])
        let worker = try pid("a", 0)
        let other = try RunningCommand(["/bin/cat", "worker", "--link", "a"], input: .open)
        let bystander = try RunningCommand(["/bin/cat"], input: .open)
        // The file names a living process, but not the one that was started.
        let path = state.pidFile("a", 0)
        let original = try String(contentsOfFile: path, encoding: .utf8)
        try original.replacingOccurrences(of: "pid \(worker)", with: "pid \(bystander.pid)")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(workers.running(link: "a") == [])
        #expect(await workers.stop(link: "a", indexes: [0]) == [])
        #expect(isRunning(pid: bystander.pid))
        // Nor when the start time fits but the command line is not a worker's of this link.
        let identity = try #require(ProcessIdentity.of(bystander.pid))
        try PidFile(process: identity, kind: .process, manifests: ["/manifests"]).text.write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(workers.running(link: "a") == [])
        try await other.stop()
        try await bystander.stop()
        try await end(worker)
    }

    @Test(.timeLimit(.minutes(1)))
    func `reports a worker that ends at once with the end of its log`() async throws {
        let workers = try await workers("echo one; echo two >&2; exit 3")
        let log = state.logFile("a", 0)
        #expect(
            await workers.start(link: "a", indexes: [0])
                == ["worker a-0 ended at once; the end of \(log):\n    one\n    two"])
        #expect(workers.running(link: "a") == [])
    }

    @Test(.timeLimit(.minutes(1)))
    func `stops only the workers that are named`() async throws {
        let workers = try await waitingWorkers()
        #expect(await workers.start(link: "a", indexes: [0, 1]) == [])
        #expect(await workers.start(link: "a-1", indexes: [0]) == [])
        let (kept, surplus) = (try pid("a", 0), try pid("a", 1))
        #expect(
            await workers.stop(link: "a", indexes: [1, 2]) == ["worker a-1 (process \(surplus)) was stopped"])
        #expect(workers.running(link: "a") == [0])
        #expect(workers.running(link: "a-1") == [0])
        try await end(kept)
        try await end(pid("a-1", 0))
    }

    @Test(.timeLimit(.minutes(1)))
    func `takes no worker of other manifests for its own`() async throws {
        let theirs = try await waitingWorkers()
        #expect(await theirs.start(link: "a", indexes: [0]) == [])
        let pid = try pid("a", 0)
        let ours = LocalWorkers(directory: state, manifests: ["/other", "/m"], executable: folder.file("worker.sh"))
        #expect(ours.running(link: "a") == [])
        #expect(await ours.stop(link: "a", indexes: [0]) == [])
        #expect(
            await ours.start(link: "a", indexes: [0]) == [
                "worker a-0 runs here already, with the manifests of /manifests (process \(pid)). If that is another link "
                    + "of the same name, keep the two apart with --state-dir; otherwise stop that process, or apply with "
                    + "the same -f."
            ])
        #expect(theirs.running(link: "a") == [0])
        try await end(pid)
    }

    /// As `flock file lockstep apply` has it: a worker that kept the file open would keep the lock.
    @Test(.timeLimit(.minutes(1)))
    func `hands down nothing that its starter left open`() async throws {
        let held = open(try folder.write("held", ""), O_RDWR)
        let workers = try await waitingWorkers()
        #expect(await workers.start(link: "a", indexes: [0]) == [])
        let worker = try pid("a", 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker)/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(worker)/fd/\($0)")
        }
        #expect(files.contains(state.logFile("a", 0)), "\(files)")
        #expect(!files.contains(folder.file("held")), "\(files)")
        close(held)
        try await end(worker)
    }

    @Test func `does not start workers that could not read their manifests again`() async {
        let workers = LocalWorkers(directory: state, manifests: ["-"], executable: "/bin/true")
        #expect(
            await workers.start(link: "a", indexes: [0]) == [
                "workers cannot be started with manifests from stdin: they read them again; pass files with -f"
            ])
    }

    @Test func `says that the state folder cannot be written`() async throws {
        let file = try folder.write("file", "")
        let workers = LocalWorkers(
            directory: StateDirectory(path: file), manifests: ["/m"], executable: "/bin/true")
        #expect(
            await workers.start(link: "a", indexes: [0]) == [
                "the state folder \(file) cannot be written; choose another with --state-dir"
            ])
    }

    @Test(arguments: [
        (["LOCKSTEP_STATE_DIR": "/x", "XDG_STATE_HOME": "/y", "HOME": "/z"], "/x"),
        (["LOCKSTEP_STATE_DIR": "", "XDG_STATE_HOME": "/y", "HOME": "/z"], "/y/lockstep"),
        (["HOME": "/z"], "/z/.local/state/lockstep"),
    ])
    func `finds the state folder`(_ environment: [String: String], _ expected: String) throws {
        let syntax = CommandSyntax("apply", "", options: [StateDirectory.option])
        #expect(try StateDirectory(Arguments([], for: syntax), environment).path == expected)
        #expect(try StateDirectory(Arguments(["--state-dir", "/w"], for: syntax), environment).path == "/w")
    }

    @Test func `a pid file keeps what its worker works from`() throws {
        let identity = try #require(ProcessIdentity.of(getpid()))
        let file = PidFile(process: identity, kind: .hosted, manifests: ["/a b", "/50%0A", "/line\nkind process"])
        #expect(PidFile(file.text) == file)
    }

    @Test(arguments: [
        "", "pid 1\nstarted 2\nboot b\nkind process\nmanifests /m\n", "pid x\n", "pid 7\nstarted 2\nkind process\n",
        "pid 7\nstarted 2\nboot b\nkind hosted\n",
    ])
    func `refuses what is no pid file`(_ text: String) {
        #expect(PidFile(text) == nil)
    }
}
