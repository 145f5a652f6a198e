import Glibc
import Foundation

/// Whether a process runs, stopped ones included; one that ended and was not yet waited for does not.
package func isRunning(pid: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
        let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
}
