import Glibc
import KafkaModel
import Manifest

/// What has to be committed so that manifests say what a command has done.
struct ManifestPatch {
    /// The difference for `patch` and `git apply`; empty when nothing has to change.
    var difference = ""
    /// Whether `git apply` reads the difference: all files are below the current folder.
    var isForGit = true
    /// What has to be declared by hand, because the files could not be edited; lines.
    var byHand: [String] = []

    /// The change that declares these states on a link.
    init(_ changes: [MirrorStateChange], of link: LinkSpec, in paths: [String]) {
        let declared = Dictionary(link.mirrorTopics.map { ($0.name, $0) }) { first, _ in first }
        let needed = changes.filter { declared[$0.topic]?.state != $0.state }
        guard !needed.isEmpty else { return }
        let files = ManifestFiles(reading: paths.filter { $0 != "-" })
        let edited =
            paths.contains("-")
            ? nil
            : MirrorStateEdit.edited(
                needed, of: link.name, in: files.inputs, readAttachment: ManifestFiles.read)
        guard let edited else {
            byHand = needed.map { change in
                let place = declared[change.topic].map { "\($0.statePlace)" } ?? "mirrorTopics of link \(link.name)"
                return "{name: \(change.topic), state: \(change.state.rawValue)}  (\(place))"
            }
            return
        }
        for file in edited {
            let path = Self.shown(file.name)
            isForGit = isForGit && !path.hasPrefix("/") && !path.hasPrefix("../")
            difference += UnifiedDiff.text(
                path: path, before: String(decoding: file.before, as: UTF8.self),
                after: String(decoding: file.after, as: UTF8.self))
        }
    }

    /// The path from the current folder, where the file is below it: so git reads it.
    private static func shown(_ path: String) -> String {
        if path.hasPrefix("./") { return String(path.dropFirst(2)) }
        guard path.hasPrefix("/"), let buffer = getcwd(nil, 0) else { return path }
        defer { free(buffer) }
        let folder = String(cString: buffer) + "/"
        return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
    }
}
