import Bytes
import Diagnostics
import KafkaModel
import YAMLDocument

/// A manifest file that was read.
package struct ManifestInput: Hashable, Sendable {
    /// The file's name as shown to people; `<stdin>` for standard input.
    package var name: String
    /// The file's content.
    package var bytes: [UInt8]

    /// A file's name and content.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// SHA-256 over names and contents in the order of names, each with its length in front, in hexadecimal.
    package static func digest(of inputs: [ManifestInput]) -> String {
        var bytes: [UInt8] = []
        for input in inputs.sorted(by: { $0.name < $1.name }) {
            let header = "\(input.name.utf8.count) \(input.bytes.count)\n"
            bytes += Array(header.utf8) + Array(input.name.utf8) + input.bytes
        }
        return SHA256Digest.hexadecimal(bytes)
    }
}

/// What came of loading manifests.
package struct ManifestLoad: Sendable {
    /// What the manifests declare; nil when there is at least one error.
    package var desired: DesiredState?
    /// All findings, in reading order.
    package var diagnostics: [Diagnostic]
    /// How many files were read, filter files included.
    package var fileCount: Int
    /// How many findings were left out because there were too many.
    package var leftOutCount: Int
    /// Manifest documents by kind, such as `Cluster: 2`; documents with mistakes count, too.
    package var documentCounts: [String: Int]
}

/// Turns manifests into desired state: pure, without file system, clock or network.
package struct ManifestLoader {
    /// Reads a filter file that a manifest names; the path is already relative to where Lockstep runs.
    private let readAttachment: (String) -> Result<[UInt8], FileProblem>

    /// A loader that reads filter files with `readAttachment`.
    package init(readAttachment: @escaping (String) -> Result<[UInt8], FileProblem>) {
        self.readAttachment = readAttachment
    }

    /// Reads all manifests and checks them together.
    ///
    /// Every mistake of the run is in the result.
    ///
    /// `earlier` are findings of reading the files; when there are errors among them, files are missing, and
    /// references that lead nowhere are not reported.
    package func load(_ inputs: [ManifestInput], earlier: [Diagnostic] = []) -> ManifestLoad {
        let findings = DiagnosticCollector()
        earlier.forEach(findings.add)
        var isComplete = !earlier.containsErrors
        var documents: [ManifestDocument] = []
        var unreadDocuments = 0
        for input in inputs {
            let source = YAMLSource(name: input.name, bytes: input.bytes, findings: findings)
            let file = YAMLFile.documents(of: source)
            isComplete = isComplete && file.isComplete
            let read = file.documents.compactMap(ManifestDocument.read)
            unreadDocuments += file.documents.count - read.count
            documents += read
        }
        if documents.isEmpty, unreadDocuments == 0, !findings.diagnostics.containsErrors {
            findings.add(Self.nothing(inputs))
        }
        let attachments = Attachments(read: readAttachment, findings: findings)
        let assembly = DesiredStateAssembly(
            documents, isComplete: isComplete && unreadDocuments == 0, attachments: attachments)
        let (clusters, links) = assembly.assemble()
        let fileCount = inputs.count + attachments.inputs.count
        let hasErrors = findings.diagnostics.containsErrors
        let digest = hasErrors ? "" : ManifestInput.digest(of: inputs + attachments.inputs)
        return ManifestLoad(
            desired: hasErrors
                ? nil : DesiredState(clusters: clusters, links: links, digest: digest, fileCount: fileCount),
            diagnostics: findings.diagnostics.inReadingOrder(), fileCount: fileCount, leftOutCount: findings.leftOut,
            documentCounts: Dictionary(documents.map { ($0.kind.rawValue, 1) }, uniquingKeysWith: +))
    }

    /// Absence is never an instruction: no manifests means a mistake, not "nothing is wanted".
    private static func nothing(_ inputs: [ManifestInput]) -> Diagnostic {
        guard let first = inputs.first else {
            return Diagnostic(
                .error, ManifestCode.noManifests.rawValue, at: nil, "no manifest files were given",
                hint: "name files or folders with -f")
        }
        let files = inputs.count == 1 ? "this file" : "these \(inputs.count) files"
        return Diagnostic(
            .error, ManifestCode.noManifests.rawValue, at: SourcePlace(file: first.name, line: 1, column: 1),
            "no manifest is declared in \(files)", hint: "a manifest begins with apiVersion: \(ManifestKind.apiVersion)"
        )
    }
}

/// The filter files that manifests name, each read once.
final class Attachments {
    private let read: (String) -> Result<[UInt8], FileProblem>
    private let findings: DiagnosticCollector
    private var known: [String: YAMLSource] = [:]
    /// The files that could be read.
    private(set) var inputs: [ManifestInput] = []

    init(read: @escaping (String) -> Result<[UInt8], FileProblem>, findings: DiagnosticCollector) {
        self.read = read
        self.findings = findings
    }

    /// The file that a manifest names, relative to the manifest's folder; nil when it cannot be read (reported).
    func source(_ file: Located<String>) -> YAMLSource? {
        let path = Self.path(file.value, relativeTo: file.spot.source.name)
        if let source = known[path] { return source }
        switch read(path) {
        case .failure(let problem):
            file.spot.report(YAMLCode.unreadable, "the file \"\(path)\" cannot be read: \(problem.reason)")
            return nil
        case .success(let bytes):
            let source = YAMLSource(name: path, bytes: bytes, findings: findings)
            known[path] = source
            inputs.append(ManifestInput(name: path, bytes: bytes))
            return source
        }
    }

    /// The content of a file that may be missing, for a look at its form; it is not a part of the manifests.
    func peek(_ path: String) -> Result<[UInt8], FileProblem> { read(path) }

    /// Notes what the manifests say through a file that is not to be kept as it is.
    func add(_ input: ManifestInput) {
        if !inputs.contains(where: { $0.name == input.name }) { inputs.append(input) }
    }

    /// A file beside the manifests as a source of findings.
    func source(of path: String, _ bytes: [UInt8]) -> YAMLSource {
        YAMLSource(name: path, bytes: bytes, findings: findings)
    }

    /// The folder of a file, empty or with a slash at its end.
    static func folder(of file: String) -> String { file.lastIndex(of: "/").map { String(file[...$0]) } ?? "" }

    static func path(_ path: String, relativeTo manifest: String) -> String {
        guard !path.hasPrefix("/"), let slash = manifest.lastIndex(of: "/") else { return path }
        return String(manifest[...slash]) + path
    }
}
