import Foundation
import Glibc
import Synchronization

/// How a process ended.
package enum CommandExit: Equatable, Sendable {
    case code(Int32)
    case signal(Int32)

    /// From the status word of `waitpid`.
    init(status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }
}

/// What a command reads from its standard input.
package enum CommandInput: Sendable {
    /// Nothing: end of file at once.
    case none
    /// These bytes, then end of file.
    case bytes([UInt8])
    /// What `RunningCommand.send` gives it, until `closeInput`.
    case open

    /// This text, then end of file.
    package static func text(_ text: String) -> CommandInput { .bytes(Array(text.utf8)) }
}

/// A child process that runs beside the test: its output is collected, it takes lines and signals.
///
/// The child dies with the test process (see `Spawner`); what it starts in sessions of its own does not.
package final class RunningCommand: Sendable {
    private struct State {
        var output: [UInt8] = []
        var error: [UInt8] = []
        var waiting: [UInt8] = []
        var inputStaysOpen = false
        var exit: CommandExit?
    }

    /// The child's process id, at the same time the id of its process group.
    package let pid: Int32
    /// The command line, for messages.
    package let title: String
    /// When it was started.
    package let started = ContinuousClock.now
    private let state: Mutex<State>

    /// Starts `arguments[0]`, looked up on `PATH` when it has no slash.
    ///
    /// - Parameter environment: added to the test's own; an empty value removes a variable.
    package init(
        _ arguments: [String], environment: [String: String] = [:], directory: String? = nil,
        input: CommandInput = .none
    ) throws {
        guard let name = arguments.first, let program = findProgram(name) else {
            throw HarnessError("no such program: \(arguments.first ?? "")")
        }
        var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        for (key, value) in environment where value.isEmpty { variables[key] = nil }
        var first = State()
        var stream = ChildStream.pipe
        switch input {
        case .none: stream = .null
        case .bytes(let bytes): first.waiting = bytes
        case .open: first.inputStaysOpen = true
        }
        let child = try Spawner.shared.spawn(
            [program] + arguments.dropFirst(), environment: variables, directory: directory,
            streams: [stream, .pipe, .pipe])
        pid = child.pid
        title = arguments.joined(separator: " ")
        state = Mutex(first)
        Thread.detachNewThread { [self] in serve(child) }
    }

    /// All of standard output so far.
    package var output: String { String(decoding: state.withLock { $0.output }, as: UTF8.self) }
    /// The complete lines of standard output from line number `first` (from 0) on.
    package func outputLines(from first: Int) -> (first: Int, text: [String]) {
        let bytes = state.withLock { $0.output }
        let complete = bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast()
        return (first, complete.dropFirst(first).map { String(decoding: $0, as: UTF8.self) })
    }
    /// All of standard error so far.
    package var errorOutput: String { String(decoding: state.withLock { $0.error }, as: UTF8.self) }
    /// How it ended, nil while it runs; by then all output is collected.
    package var exit: CommandExit? { state.withLock { $0.exit } }

    /// Queues one line, and its end, for standard input; only with `CommandInput.open`.
    package func send(line: String) {
        state.withLock { $0.waiting += Array(line.utf8) + [10] }
    }

    /// Ends standard input once what was sent is written.
    package func closeInput() {
        state.withLock { $0.inputStaysOpen = false }
    }

    /// Sends a signal to the process alone, such as `SIGKILL`, `SIGSTOP`, `SIGCONT`, `SIGTERM`.
    package func signal(_ number: Int32) {
        // Under the lock, because the thread that collects the exit frees the process id under it.
        state.withLock { if $0.exit == nil { kill(pid, number) } }
    }

    /// Kills the process and its process group and waits until it is gone.
    package func stop() async throws {
        state.withLock { if $0.exit == nil { kill(-pid, SIGKILL) } }
        _ = try await waitForExit(within: .seconds(10))
    }

    /// Waits until it ends by itself.
    package func waitForExit(within limit: Duration) async throws -> CommandExit {
        try await waitUntil("\(title) ends", within: limit) { exit != nil }
        return exit ?? .code(-1)
    }

    /// Waits for a line of standard output (or standard error) that contains `text`, and returns the line.
    @discardableResult
    package func waitForLine(
        containing text: String, inErrors: Bool = false, within limit: Duration = .seconds(30)
    ) async throws -> String {
        var found: String?
        try await waitUntil("\(title) prints \"\(text)\"; it printed:\n\(output)\(errorOutput)", within: limit) {
            let lines = (inErrors ? errorOutput : output).split(separator: "\n")
            found = lines.first { $0.contains(text) }.map(String.init)
            if found == nil, let exit {
                throw HarnessError(
                    "\(title) ended with \(exit) before it printed \"\(text)\":\n\(output)\(errorOutput)")
            }
            return found != nil
        }
        return found ?? ""
    }

    // MARK: - The child's thread

    private func serve(_ child: SpawnedChild) {
        // A child that ends before it has read its input must not end us.
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &broken, nil)
        for descriptor in child.ends where descriptor >= 0 {
            let flags = fcntl(descriptor, F_GETFL)
            _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        }
        var (input, output, error) = (child.ends[0], child.ends[1], child.ends[2])
        var ended = false
        while !ended {
            let hasMore = write(to: &input)
            var set = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: error, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasMore ? input : -1, events: Int16(POLLOUT), revents: 0),
            ]
            // The limit is for what has no descriptor: the child's end, and lines to send.
            poll(&set, 3, 5)
            ended = hasEnded()
            read(&output, into: \.output)
            read(&error, into: \.error)
        }
        for descriptor in [input, output, error] where descriptor >= 0 { close(descriptor) }
        var status: Int32 = 0
        state.withLock {
            waitpid(pid, &status, 0)
            $0.exit = CommandExit(status: status)
        }
    }

    /// Looks whether the child has ended without freeing its process id.
    private func hasEnded() -> Bool {
        var information = siginfo_t()
        guard waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return true }
        return information.si_signo == SIGCHLD
    }

    /// Writes what waits, as far as the pipe takes it, and tells whether something still waits.
    ///
    /// The pipe is closed when all is written that ever will be.
    private func write(to input: inout Int32) -> Bool {
        guard input >= 0 else { return false }
        let (bytes, staysOpen) = state.withLock { ($0.waiting, $0.inputStaysOpen) }
        var count = 0
        if !bytes.isEmpty {
            count = Glibc.write(input, bytes, bytes.count)
            if count < 0, errno != EAGAIN {
                close(input)
                input = -1
                return false
            }
            state.withLock { $0.waiting.removeFirst(max(count, 0)) }
        }
        if max(count, 0) == bytes.count, !staysOpen {
            close(input)
            input = -1
        }
        return max(count, 0) < bytes.count
    }

    /// Collects what can be read; closes the pipe at its end, because a closed pipe would keep `poll` awake.
    private func read(_ descriptor: inout Int32, into target: WritableKeyPath<State, [UInt8]>) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while descriptor >= 0 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 {
                close(descriptor)
                descriptor = -1
            }
            guard count > 0 else { return }
            state.withLock { $0[keyPath: target] += buffer[..<count] }
        }
    }
}
