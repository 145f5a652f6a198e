import Foundation

/// The files that `lockstep apply` keeps of the workers it starts, in the folder of `LOCKSTEP_STATE_DIR`.
package enum WorkerFiles {
    /// Process ids of the workers in a state folder that still run, in the order of their files' names.
    package static func runningWorkers(in folder: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".pid") }.sorted().compactMap { name in
            let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            return text?.split(separator: "\n").first.flatMap { Int32($0.dropFirst("pid ".count)) }
        }.filter { isRunning(pid: $0) }
    }
}
