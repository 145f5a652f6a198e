import Diagnostics
import KafkaModel

/// Reads security properties while connections are made, as strictly as manifests are checked.
package enum SecurityReading {
    /// What a properties file declares now.
    ///
    /// - Parameter peek: the content of a file that the properties name, by its path as written.
    package static func file(
        _ content: [UInt8], at reference: PropertiesFileReference, peek: @escaping (_ path: String) -> [UInt8]?
    ) throws(SecurityProblem) -> ClusterSecurity {
        var values = PropertiesText.values(PropertiesText.text(content))
        guard !values.isEmpty else { throw problem("security.protocol", "it holds no property", adviceForEmptyFile) }
        if reference.allowsPlaintext { values[SecurityProperties.allowPlaintext] = "true" }
        return try properties(values, folder: reference.folder, peek: peek)
    }

    /// What properties declare; references in their values stay.
    package static func properties(
        _ values: [String: String], folder: String, peek: @escaping (_ path: String) -> [UInt8]?
    ) throws(SecurityProblem) -> ClusterSecurity {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where SecurityProperties.isSecurity(name) {
            let key = ConfigTable.clientProperties.keys[name]
            if case .notAvailable(_, let hint) = key?.standing {
                throw problem(name, "property \"\(name)\" is not available", hint)
            }
            if let wanted = key?.expectation(violatedBy: value) {
                throw problem(name, "property \"\(name)\" must be \(wanted)", nil)
            }
        }
        var reading = SecurityProperties(values, peek: peek)
        let security = reading.read(folder: folder)
        if let first = reading.problems.first(where: { $0.severity == .error }) { throw first }
        // Without an error there is always something to answer.
        return security ?? ClusterSecurity()
    }

    /// What to do about a file that has been emptied, perhaps to be written anew.
    static let adviceForEmptyFile = "for a cluster without any protection write security.protocol=PLAINTEXT"

    private static func problem(_ key: String, _ summary: String, _ hint: String?) -> SecurityProblem {
        SecurityProblem(severity: .error, key: key, summary: summary, hint: hint, code: .security)
    }
}
