import Glibc

/// Which manifests a command reads.
enum ManifestPaths {
    /// The flag that names them.
    static let option = OptionSyntax(
        "file", letter: "f", value: "PATH", isRepeatable: true,
        "Manifests: a file, a folder (*.yaml, *.yml in it and below), or - for stdin.")

    /// The given paths, or `manifests` where there is such a folder, or the current folder; which one is said.
    static func chosen(_ arguments: Arguments, _ context: CommandContext) -> [String] {
        let given = arguments.values("file")
        guard given.isEmpty else { return given }
        var status = stat()
        let path = stat("manifests", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? "manifests" : "."
        let shown = path == "." ? "the current folder" : "manifests/"
        context.terminal.note("lockstep: reading manifests from \(shown) (choose others with -f)")
        return [path]
    }

    /// The path from the root of the file system, for a process that may run in another folder.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let buffer = getcwd(nil, 0) else { return path }
        defer { free(buffer) }
        let folder = String(cString: buffer)
        return path == "." ? folder : "\(folder)/\(path)"
    }

    /// The path without links and detours; as it is when there is nothing there.
    static func real(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return absolute(path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
