import Glibc
import Foundation

/// The folder of everything this test process puts on disk; it is deleted when the process ends, even by SIGKILL.
///
/// A shell in a session of its own waits for the end of a pipe that only this process holds, then deletes the folder.
/// It tries again for a while, because dying brokers may still be writing.
package enum ScratchFolder {
    /// Absolute path, without a slash at the end.
    package static let path: String = {
        let path = "\(FileManager.default.temporaryDirectory.path)/lockstep-tests-\(getpid())"
        let script = "read -r _; for _ in 1 2 3 4 5 6; do rm -rf -- \"$1\" && exit; sleep 0.5; done"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            _ = try SpawnedChild.spawn(
                ["/bin/sh", "-c", script, "sh", path], environment: [:], directory: "/",
                streams: [.pipe, .null, .null], life: .ownSession)
        } catch {
            FileHandle.standardError.write(Data("The folder \(path) will stay behind: \(error)\n".utf8))
        }
        return path
    }()
}
