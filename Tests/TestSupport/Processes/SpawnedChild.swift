import Glibc
import ChildSpawn
import Foundation

/// Where a standard stream of a child goes.
enum ChildStream {
    /// Nothing to read, and what is written is lost.
    case null
    /// A pipe; the harness holds the other end.
    case pipe
    /// A file that is appended to, made when it does not exist.
    case appending(String)
}

/// When the kernel kills a child by itself.
enum ChildLife {
    /// When the thread that started it ends; see `Spawner`.
    case endsWithThread
    /// Never: it has a session of its own and sees to its end itself.
    case ownSession
}

/// A child process just started, with our ends of its pipes.
///
/// The ends are close-on-exec, so no other child holds them open: end of file means that we are gone or have closed it.
struct SpawnedChild {
    let pid: pid_t
    /// Our end of standard input, output and error, −1 where there is none.
    let ends: [Int32]

    /// Starts `arguments[0]`, an absolute path.
    static func spawn(
        _ arguments: [String], environment: [String: String], directory: String?, streams: [ChildStream],
        life: ChildLife
    ) throws -> SpawnedChild {
        var ours: [Int32] = [-1, -1, -1]
        var theirs: [Int32] = [-1, -1, -1]
        defer { theirs.filter { $0 >= 0 }.forEach { _ = close($0) } }
        for (number, stream) in streams.enumerated() {
            switch stream {
            case .null:
                break
            case .pipe:
                var ends: [Int32] = [-1, -1]
                guard child_pipe(&ends) == 0 else { throw HarnessError("no pipe: \(errorText(errno))") }
                (ours[number], theirs[number]) = number == 0 ? (ends[1], ends[0]) : (ends[0], ends[1])
            case .appending(let path):
                theirs[number] = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
                guard theirs[number] >= 0 else { throw HarnessError("cannot write \(path): \(errorText(errno))") }
            }
        }
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        let (withThread, ownSession) = (life == .endsWithThread, life == .ownSession)
        let pid = child_spawn(arguments[0], argv, envp, directory, theirs, withThread, ownSession)
        guard pid > 0 else { throw HarnessError("cannot start \(arguments[0]): \(errorText(errno))") }
        return SpawnedChild(pid: pid, ends: ours)
    }
}

/// The system's sentence for an `errno`.
func errorText(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// The absolute path of a program: as given when it has a slash, otherwise the first one on `PATH`.
package func findProgram(_ name: String) -> String? {
    guard !name.contains("/") else { return access(name, X_OK) == 0 ? name : nil }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
}
