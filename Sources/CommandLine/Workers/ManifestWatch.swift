import Diagnostics
import KafkaModel
import Manifest

/// Looks whether manifests have changed, without reading them anew while they have not.
struct ManifestWatch {
    /// What a look found.
    enum Finding {
        /// Nothing has changed since the last look.
        case same
        /// They have changed, and are valid.
        case changed(DesiredState)
        /// They have changed and have mistakes.
        case invalid
    }

    private let paths: [String]
    private var digest: String
    /// Files that are not manifests and say how clusters are reached.
    private var propertiesFiles: [String]

    /// A watch over manifests that were just read.
    init(_ paths: [String], read desired: DesiredState) {
        self.paths = paths
        propertiesFiles = Self.propertiesFiles(of: desired)
        // Not known yet: they may have changed since they were read, so the first look reads them again.
        digest = ""
    }

    /// Looks once.
    mutating func look() -> Finding {
        let now = Self.digest(paths, propertiesFiles)
        guard now != digest else { return .same }
        digest = now
        guard let desired = ManifestFiles.load(paths).desired else { return .invalid }
        let files = Self.propertiesFiles(of: desired)
        if files != propertiesFiles {
            propertiesFiles = files
            digest = Self.digest(paths, files)
        }
        return .changed(desired)
    }

    private static func propertiesFiles(of desired: DesiredState) -> [String] {
        desired.clusters.values.compactMap { $0.propertiesFile?.path }.sorted()
    }

    /// A digest over names and contents; what cannot be read counts with its reason.
    private static func digest(_ paths: [String], _ propertiesFiles: [String]) -> String {
        let files = ManifestFiles(reading: paths)
        let problems = files.diagnostics.map { ManifestInput(name: "", bytes: Array($0.summary.utf8)) }
        let properties = propertiesFiles.map { path in
            switch ManifestFiles.read(path) {
            case .success(let content): ManifestInput(name: path, bytes: content)
            case .failure(let problem):
                ManifestInput(name: path, bytes: Array("cannot be read: \(problem.reason)".utf8))
            }
        }
        return ManifestInput.digest(of: files.inputs + problems + properties)
    }
}
