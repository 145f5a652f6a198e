import Diagnostics
import Manifest
import PlanReport

/// What an import came to: files to write, and what a person has to know.
struct ImportedManifests {
    /// Something that manifests cannot say, with the reason.
    struct Left: Hashable {
        /// Its name in the file that was imported.
        var name: String
        /// Why it is left out, and what to do.
        var reason: String

        /// Both come from a file; they get one line each, on the terminal and in a comment.
        init(name: String, reason: String) {
            self.name = name.printable
            self.reason = reason.printable
        }

        /// A setting that is not known; what may be a piece of a secret that lost its line is not named.
        static func unknown(_ key: String) -> Left {
            PropertiesReading.isName(key)
                ? Left(name: key, reason: "it is not known")
                : Left(name: "a line that is no setting", reason: "it is not known, and is not shown")
        }
    }

    /// Files by path, in the order in which they are told.
    var files: [(path: String, text: String)] = []
    /// What could not be taken over.
    var left: [Left] = []
    /// What was taken over and may not mean the same.
    var doubts: [Left] = []
    /// What a person has to do or know, as sentences.
    var notes: [String] = []

    /// Comment lines that name what was left out, and what is to be checked.
    static func comment(left: [Left], doubts: [Left]) -> [String] {
        [("Not taken over:", left), ("To check:", doubts)].flatMap { title, list in
            list.isEmpty ? [] : [title] + list.map { "  \($0.name): \($0.reason)" }
        }
    }

    /// Reads a file that manifests point at, also before their own folder exists.
    static func read(_ path: String) -> Result<[UInt8], FileProblem> { ManifestFiles.read(RelativePath.direct(path)) }
}

/// Tries parts of a link's manifest: what the reader of manifests refuses is left out by name, with its reason.
struct LinkTrial {
    /// The link with everything that was accepted.
    private(set) var draft: LinkDraft
    /// What was refused.
    private(set) var left: [ImportedManifests.Left] = []
    /// What was taken over and may not mean the same.
    private(set) var doubts: [ImportedManifests.Left] = []
    /// Where the manifest will stand; paths in it are seen from there.
    let path: String

    init(_ draft: LinkDraft, path: String) {
        self.draft = draft
        self.path = path
    }

    /// Takes a part over, or says under `name` why not.
    mutating func take(_ name: String, _ change: (inout LinkDraft) -> Void) {
        var next = draft
        change(&next)
        if let reason = refusal(of: next) {
            leave(name, reason)
        } else {
            draft = next
        }
    }

    /// Leaves something out.
    mutating func leave(_ name: String, _ reason: String) {
        leave(ImportedManifests.Left(name: name, reason: reason))
    }

    /// Leaves something out that was not left out already.
    mutating func leave(_ thing: ImportedManifests.Left) {
        if !left.contains(thing) { left.append(thing) }
    }

    /// Notes that something taken over may not mean the same.
    mutating func doubt(_ name: String, _ reason: String) {
        doubts.append(ImportedManifests.Left(name: name, reason: reason))
    }

    private func refusal(of draft: LinkDraft) -> String? {
        let clusters = [draft.source, draft.destination].map { name in
            ClusterDraft(name: name, bootstrapServers: ["localhost:9092"]).text
        }.joined(separator: "---\n")
        let load = ManifestLoader(readAttachment: ImportedManifests.read).load([
            ManifestInput(name: "clusters", bytes: Array(clusters.utf8)),
            ManifestInput(name: path, bytes: Array(draft.text.utf8)),
        ])
        return load.diagnostics.first { $0.severity == .error }.map { finding in
            finding.hint.map { "\(finding.summary); \($0)" } ?? finding.summary
        }
    }
}
