import Credentials

/// Why a reference has no value.
///
/// Its sentence names the variable or file, never a value.
package enum ReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The environment variable is not set.
    case noVariable(String)
    /// The file cannot be read, with the reason.
    case noFile(String, reason: String)
    /// The properties file has no such key.
    case noKey(String, path: String)

    /// What is missing, and what to do.
    package var description: String {
        switch self {
        case .noVariable(let name): "the environment variable \(name) is not set; set it where lockstep runs"
        case .noFile(let path, let reason): "the file \"\(path)\" cannot be read: \(reason)"
        case .noKey(let key, let path): "the file \"\(path)\" has no key \"\(key)\""
        }
    }
}

extension ReferencedText {
    /// The text with all references resolved.
    ///
    /// `readFile` gets paths as they are written (whoever calls resolves them against the manifest's folder) and
    /// answers the content or the reason why there is none.
    package func resolved(
        environment: (String) -> String?, readFile: (String) -> Result<[UInt8], FileProblem>
    ) throws(ReferenceError) -> Secret {
        var text = ""
        for part in parts {
            switch part {
            case .text(let written): text += written
            case .reference(.environment(let name)):
                guard let value = environment(name) else { throw .noVariable(name) }
                text += value
            case .reference(.file(let path)):
                var content = try Self.content(path, readFile)[...]
                while content.last == UInt8(ascii: "\n") || content.last == UInt8(ascii: "\r") {
                    content = content.dropLast()
                }
                text += String(decoding: content, as: UTF8.self)
            case .reference(.fileKey(let path, let key)):
                let content = String(decoding: try Self.content(path, readFile), as: UTF8.self)
                guard let value = PropertiesText.values(content)[key] else { throw .noKey(key, path: path) }
                text += value
            }
        }
        return Secret(text)
    }

    private static func content(
        _ path: String, _ readFile: (String) -> Result<[UInt8], FileProblem>
    ) throws(ReferenceError) -> [UInt8] {
        switch readFile(path) {
        case .success(let bytes): return bytes
        case .failure(let problem): throw .noFile(path, reason: problem.reason)
        }
    }
}
