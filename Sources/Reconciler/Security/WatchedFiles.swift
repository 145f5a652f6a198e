import Glibc
import Manifest
import Synchronization

/// Files that are read again when they have changed, and only then.
final class WatchedFiles: Sendable {
    /// What tells one content from another without reading it.
    private struct Stamp: Hashable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modified: Moment
        var changed: Moment
    }

    private struct Moment: Hashable {
        var seconds: Int
        var nanoseconds: Int

        init(_ time: timespec) {
            seconds = time.tv_sec
            nanoseconds = time.tv_nsec
        }
    }

    private struct Entry {
        var stamp: Stamp
        var content: [UInt8]
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Clocks of file systems are coarse: a file may change again within the same tick and keep its stamp.
    private static let settlingSeconds = 2

    /// The content of a file now, or why there is none.
    func content(_ path: String) -> Result<[UInt8], FileProblem> {
        guard let before = Self.stamp(path) else { return ManifestFiles.readRegular(path) }
        if let known = entries.withLock({ $0[path] }), known.stamp == before { return .success(known.content) }
        let content = ManifestFiles.readRegular(path)
        entries.withLock { entries in
            entries[path] = nil
            if case .success(let bytes) = content, Self.isSettled(before) {
                entries[path] = Entry(stamp: before, content: bytes)
            }
        }
        return content
    }

    /// Whether a file is there and has stayed as it is for a while, so that nobody is just writing it.
    func isSettled(_ path: String) -> Bool { Self.stamp(path).map(Self.isSettled) ?? false }

    private static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: Moment(status.st_mtim), changed: Moment(status.st_ctim))
    }

    private static func isSettled(_ stamp: Stamp) -> Bool {
        time(nil) - max(stamp.modified.seconds, stamp.changed.seconds) > settlingSeconds
    }
}
