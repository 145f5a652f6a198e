/// Paths as manifests write them: seen from the manifest's own folder.
enum RelativePath {
    /// The way from a folder to a file.
    static func from(folder: String, to file: String) -> String {
        let (start, end) = (parts(ManifestPaths.absolute(folder)), parts(ManifestPaths.absolute(file)))
        let shared = zip(start, end).prefix { $0 == $1 }.count
        return (start.dropFirst(shared).map { _ in ".." } + end.dropFirst(shared)).joined(separator: "/")
    }

    /// The path without detours through folders that need not exist yet.
    static func direct(_ path: String) -> String { "/" + parts(ManifestPaths.absolute(path)).joined(separator: "/") }

    private static func parts(_ path: String) -> [String] {
        var parts: [String] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(String(part)) }
        }
        return parts
    }
}
