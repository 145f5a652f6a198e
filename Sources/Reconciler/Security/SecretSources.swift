import Credentials
import KafkaModel
import Manifest

/// Why a declared secret, certificate or key cannot be used now; it names files and variables, never a content.
struct ResolutionFailure: Error, Hashable {
    /// What is wrong and what to do, as a sentence.
    var sentence: String
    /// Whether a file has a content that may be one in the middle of being written.
    var isUnfinished: Bool
}

/// Where secrets are found: this process's environment, and files.
struct SecretSources: Sendable {
    let environment: [String: String]
    let files: WatchedFiles

    /// The content of a file.
    func content(_ path: String, _ what: String) throws(ResolutionFailure) -> [UInt8] {
        switch files.content(path) {
        case .success(let bytes): return bytes
        case .failure(let problem):
            throw ResolutionFailure(
                sentence: "\(what): the file \"\(path)\" cannot be read: \(problem.reason). "
                    + "Put it there, or correct the path and its rights",
                isUnfinished: false)
        }
    }

    /// The content of a file that others name, by its path as written; nil when it cannot be read.
    func peek(_ written: String, in folder: String) -> [UInt8]? {
        try? files.content(written.hasPrefix("/") ? written : folder + written).get()
    }

    /// The content of a file with certificates or keys, when its form is right.
    func pem(
        _ path: String, _ what: String, _ check: ([UInt8]) throws(PEMText.Problem) -> Void
    ) throws(ResolutionFailure) -> [UInt8] {
        try Self.checked(try content(path, what), "\(what): the file \"\(path)\"", check)
    }

    /// Certificates or keys that stand in a value.
    func pem(
        _ text: Secret, _ what: String, in folder: String, _ check: ([UInt8]) throws(PEMText.Problem) -> Void
    ) throws(ResolutionFailure) -> [UInt8] {
        try Self.checked(Array(try self.text(text, what, in: folder).reveal().utf8), what, check)
    }

    private static func checked(
        _ bytes: [UInt8], _ what: String, _ check: ([UInt8]) throws(PEMText.Problem) -> Void
    ) throws(ResolutionFailure) -> [UInt8] {
        do throws(PEMText.Problem) {
            try check(bytes)
            return PEMText.inLines(bytes)
        } catch {
            throw ResolutionFailure(sentence: "\(what) \(error)", isUnfinished: true)
        }
    }

    /// A text with its references resolved; relative paths start from `folder`.
    func text(_ written: Secret, _ what: String, in folder: String) throws(ResolutionFailure) -> Secret {
        let reference = ReferencedText(literally: written.reveal())
        let text: Secret
        do throws(ReferenceError) {
            text = try reference.resolved(environment: { environment[$0] }) { path in
                files.content(path.hasPrefix("/") ? path : folder + path)
            }
        } catch {
            throw ResolutionFailure(sentence: "\(what): \(error)", isUnfinished: Self.isUnfinished(error))
        }
        guard !text.reveal().isEmpty else {
            throw ResolutionFailure(sentence: "\(what) is empty; \(Self.place(reference))", isUnfinished: true)
        }
        return text
    }

    /// A properties file without the key may be one that is being written; a file or variable that is not there is not.
    private static func isUnfinished(_ error: ReferenceError) -> Bool {
        if case .noKey = error { true } else { false }
    }

    private static func place(_ reference: ReferencedText) -> String {
        switch reference.references.first {
        case .environment(let name): "the environment variable \(name) has no text"
        case .file(let path): "the file \"\(path)\" has no text"
        case .fileKey(let path, let key): "the key \"\(key)\" of the file \"\(path)\" has no text"
        case nil: "write it down"
        }
    }
}
