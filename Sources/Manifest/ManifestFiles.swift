import Diagnostics
import Glibc
import YAMLDocument

/// Finds and reads manifest files: the only part of this module that touches the file system.
package struct ManifestFiles {
    /// Most files of one run.
    package static let fileLimit = 10_000
    /// Deepest folder below a given path.
    package static let folderDepthLimit = 64

    /// The files that were read, in the order of the given paths, those of a folder sorted by name.
    package private(set) var inputs: [ManifestInput] = []
    /// What could not be read.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Device and inode: the same file under two names is read once.
    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private var seen: Set<Identity> = []
    /// How many manifest files were met, those that had been read before included.
    private var foundCount = 0
    private let limits = YAMLLimits()

    /// Reads files (whatever their name), folders (`*.yaml` and `*.yml` in them and below) and `-` for standard input.
    ///
    /// Hidden files and folders inside a folder are skipped. A folder without manifests is an error. `standardInput` is
    /// the descriptor that `-` stands for.
    package init(reading paths: [String], standardInput: Int32 = STDIN_FILENO) {
        for path in paths {
            if path == "-" {
                add(Self.content(of: standardInput, limit: limits.fileBytes), name: "<stdin>")
            } else {
                readGiven(path)
            }
        }
    }

    /// Reads and loads in one go; filter files are read from the file system as well.
    package static func load(_ paths: [String]) -> ManifestLoad {
        let files = ManifestFiles(reading: paths)
        return ManifestLoader(readAttachment: read).load(files.inputs, earlier: files.diagnostics)
    }

    /// One file's content, refused when it is larger than a manifest may be.
    package static func read(_ path: String) -> Result<[UInt8], FileProblem> {
        read(path, limit: YAMLLimits().fileBytes)
    }

    /// One file's content, refused when it is larger than `limit` bytes.
    package static func read(_ path: String, limit: Int) -> Result<[UInt8], FileProblem> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(systemProblem()) }
        defer { close(descriptor) }
        return whole(descriptor, limit)
    }

    /// As `read`, of a regular file only: nobody is to wait for what somebody may write into a pipe.
    package static func readRegular(_ path: String) -> Result<[UInt8], FileProblem> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(systemProblem()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(systemProblem()) }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR else { return .failure(FileProblem("it is no regular file")) }
        return whole(descriptor, YAMLLimits().fileBytes)
    }

    private static func whole(_ descriptor: Int32, _ limit: Int) -> Result<[UInt8], FileProblem> {
        content(of: descriptor, limit: limit).flatMap { content in
            switch content {
            case .bytes(let bytes): .success(bytes)
            case .tooLarge(let count): .failure(FileProblem("it has \(count) bytes or more, too many for such a file"))
            }
        }
    }

    private mutating func readGiven(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            refuse(path, Self.systemProblem())
            return
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            // A folder is entered once: given twice, inside another one, or through links in a circle.
            guard seen.insert(Self.identity(status)).inserted else { return }
            let before = (foundCount, diagnostics.count)
            readFolder(path, depth: 0)
            if before == (foundCount, diagnostics.count) {
                diagnostics.append(
                    Diagnostic(
                        .error, ManifestCode.noManifests.rawValue, at: nil,
                        "no manifests (*.yaml, *.yml) in the folder \"\(path)\"",
                        hint: "nothing is changed; is it the right folder?"))
            }
        } else {
            readFile(path)
        }
    }

    private mutating func readFolder(_ path: String, depth: Int) {
        guard depth <= Self.folderDepthLimit else {
            refuse(path, FileProblem("folders are nested deeper than \(Self.folderDepthLimit) levels"))
            return
        }
        guard let names = Self.names(in: path) else {
            refuse(path, Self.systemProblem())
            return
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let inner = path == "." ? name : path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            var status = stat()
            // A symbolic link that leads nowhere is like a missing file, but only a manifest's name makes it one.
            guard stat(inner, &status) == 0 else {
                if Self.isManifestName(name) { refuse(inner, Self.systemProblem()) }
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: if seen.insert(Self.identity(status)).inserted { readFolder(inner, depth: depth + 1) }
            case S_IFREG where Self.isManifestName(name): readFile(inner)
            default: break
            }
        }
    }

    private mutating func readFile(_ path: String) {
        foundCount += 1
        guard inputs.count < Self.fileLimit else {
            if inputs.count == Self.fileLimit, !diagnostics.contains(where: { $0.summary.contains("files at most") }) {
                refuse(path, FileProblem("one run reads \(Self.fileLimit) files at most"))
            }
            return
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            refuse(path, Self.systemProblem())
            return
        }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            !seen.insert(Self.identity(status)).inserted
        {
            return
        }
        add(Self.content(of: descriptor, limit: limits.fileBytes), name: path)
    }

    private mutating func add(_ content: Result<Content, FileProblem>, name: String) {
        switch content {
        case .success(.bytes(let bytes)): inputs.append(ManifestInput(name: name, bytes: bytes))
        case .success(.tooLarge(let count)):
            diagnostics.append(YAMLFile.tooLarge(name: name, byteCount: count, limits: limits))
        case .failure(let problem): refuse(name, problem)
        }
    }

    private mutating func refuse(_ path: String, _ problem: FileProblem) {
        diagnostics.append(
            Diagnostic(
                .error, YAMLCode.unreadable.rawValue, at: SourcePlace(file: path, line: 1, column: 1),
                "cannot be read: \(problem.reason)"))
    }

    private static func isManifestName(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

    private static func identity(_ status: stat) -> Identity {
        Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    /// nil, with the reason in `errno`, when the folder cannot be opened.
    private static func names(in path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // `d_name` is a C string in a fixed array; the pointer is valid until the next `readdir`.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    private enum Content {
        case bytes([UInt8])
        case tooLarge(byteCount: Int)
    }

    /// All bytes up to the limit.
    ///
    /// A regular file's size is looked at first, so that a huge one is never read.
    private static func content(of descriptor: Int32, limit: Int) -> Result<Content, FileProblem> {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(systemProblem()) }
        let mode = status.st_mode & S_IFMT
        if mode == S_IFDIR { return .failure(FileProblem("it is a folder")) }
        if mode == S_IFREG, Int(status.st_size) > limit { return .success(.tooLarge(byteCount: Int(status.st_size))) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(systemProblem())
            }
            if count == 0 { return .success(.bytes(bytes)) }
            bytes += chunk[..<count]
            if bytes.count > limit { return .success(.tooLarge(byteCount: bytes.count)) }
        }
    }

    /// The system's reason, beginning with a small letter: `no such file or directory`.
    private static func systemProblem() -> FileProblem {
        let text = String(cString: strerror(errno))
        return FileProblem(text.prefix(1).lowercased() + text.dropFirst())
    }
}
