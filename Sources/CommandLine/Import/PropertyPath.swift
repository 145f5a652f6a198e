/// Paths in Kafka's client properties: what they start from differs between Kafka's tools, files and manifests.
enum PropertyPath {
    /// The value for a manifest in `folder`; a relative path in it started from `base`.
    static func moved(_ key: String, _ value: String, from base: String, to folder: String) -> String {
        guard let (scheme, path) = relative(key, value) else { return value }
        return scheme + RelativePath.from(folder: folder, to: "\(base)/\(path)")
    }

    /// The keys among properties whose values hold a path that is relative, in order.
    ///
    /// A login module may name a store of its own.
    static func relativeKeys(_ properties: [(key: String, value: String)]) -> [String] {
        properties.filter { key, value in
            relative(key, value) != nil || key.hasSuffix("sasl.jaas.config") && namesRelativeStore(value)
        }.map(\.key)
    }

    /// The folder that a file stands in.
    static func folder(of file: String) -> String { RelativePath.direct("\(file)/..") }

    /// What stands before a relative path in a value, and the path; nil when the value holds none.
    private static func relative(_ key: String, _ value: String) -> (scheme: String, path: String)? {
        // A reference may stand for a path of either kind.
        guard !value.isEmpty, !value.contains("${") else { return nil }
        if key.hasSuffix("ssl.truststore.location") || key.hasSuffix("ssl.keystore.location") {
            return value.hasPrefix("/") ? nil : ("", value)
        }
        guard key.hasSuffix("sasl.oauthbearer.token.endpoint.url"), value.hasPrefix("file:") else { return nil }
        let path = value.dropFirst(5)
        let bare = path.hasPrefix("//") ? path.dropFirst(2) : path
        return bare.isEmpty || bare.hasPrefix("/") ? nil : ("file:", String(bare))
    }

    private static func namesRelativeStore(_ jaas: String) -> Bool {
        guard let option = jaas.split(separator: "ssl.truststore.location", maxSplits: 1).dropFirst().first else {
            return false
        }
        let path = option.drop { "= \t\"'".contains($0) }
        return !path.hasPrefix("/") && !path.hasPrefix("${")
    }
}
