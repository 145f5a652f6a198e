import Foundation

/// A folder of one test, deleted with everything in it when the last reference goes.
package final class TemporaryDirectory: Sendable {
    /// Absolute path of the folder, without a slash at the end.
    package let path: String

    package init(_ prefix: String = "case") throws {
        path = "\(ScratchFolder.path)/\(prefix)-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in this folder; `name` may contain folders.
    package func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes a text file, with the folders it needs, and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        let target = URL(fileURLWithPath: file(name))
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: target)
        return target.path
    }
}
