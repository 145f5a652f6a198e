import Diagnostics
import Glibc
import Manifest

/// `lockstep import`: manifests from the files of other tools.
enum ImportCommand {
    static let command = Command(
        CommandSyntax(
            "import", "Write manifests from files of Cluster Linking or MirrorMaker 2.",
            operands: "cluster-link | mirror-maker FILE", operandLimit: 2,
            options: [
                OptionSyntax("link", value: "NAME", "cluster-link: name of the link."),
                OptionSyntax(
                    "config-file", value: "FILE", "cluster-link: how the source is reached, and link configs."),
                OptionSyntax("config", value: "K=V,…", isRepeatable: true, "cluster-link: the same as pairs."),
                OptionSyntax("command-config", value: "FILE", "cluster-link: how the destination is reached."),
                OptionSyntax("bootstrap-server", value: "HOST:PORT", "cluster-link: brokers of the destination."),
                OptionSyntax("cluster-id", value: "ID", "cluster-link: id that the source must report."),
                OptionSyntax("topic-filters-json-file", value: "FILE", "cluster-link: topic filters."),
                OptionSyntax("topic-filters-json", value: "JSON", "cluster-link: the same, inline."),
                OptionSyntax("consumer-group-filters-json-file", value: "FILE", "cluster-link: group filters."),
                OptionSyntax("consumer-group-filters-json", value: "JSON", "cluster-link: the same, inline."),
                OptionSyntax("acl-filters-json-file", value: "FILE", "cluster-link: ACL filters."),
                OptionSyntax("acl-filters-json", value: "JSON", "cluster-link: the same, inline."),
                OptionSyntax("inline-filters", "cluster-link: copy filters of files into the manifest."),
                OptionSyntax("source-name", value: "NAME", "cluster-link: name of the source (default LINK-source)."),
                OptionSyntax(
                    "destination-name", value: "NAME", "cluster-link: name of the destination (LINK-destination)."),
                OptionSyntax("out", value: "DIR", "Folder for the manifests (default: manifests)."),
                OptionSyntax("force", "Write over files that exist."),
            ],
            discussion: """
                cluster-link takes the flags of kafka-cluster-links --create and leaves their files as they are: the
                manifests point at them, so a secret never stands in a manifest. mirror-maker reads mm2.properties.
                What manifests cannot say is listed by name with the reason, and in a comment of the manifest.
                Exit codes: 0 written, also when something is listed; 1 a file cannot be read or is there already,
                64 wrong usage, 65 what was read makes no valid manifests; then nothing is written.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let folder = arguments.value("out") ?? "manifests"
        let result =
            switch (arguments.operands.first, arguments.operands.count) {
            case ("cluster-link", 1): ClusterLinkImport(try input(arguments, folder, context.terminal)).manifests()
            case ("mirror-maker", 2): try mirrorMaker(arguments, folder)
            case ("mirror-maker", _):
                throw .usage("import mirror-maker needs a file: lockstep import mirror-maker FILE")
            default: throw .usage("import takes cluster-link, or mirror-maker and a file")
            }
        for left in result.left { context.terminal.note("lockstep: not taken over: \(left.name): \(left.reason)") }
        for doubt in result.doubts { context.terminal.note("lockstep: to check: \(doubt.name): \(doubt.reason)") }
        try check(result, context.terminal)
        try write(result, in: folder, isForced: arguments.has("force"))
        for file in result.files { context.terminal.result(file.path) }
        for note in result.notes { context.terminal.note("lockstep: \(note)") }
        return .done
    }

    // MARK: Reading

    private static func mirrorMaker(_ arguments: Arguments, _ folder: String) throws(CommandFailure)
        -> ImportedManifests
    {
        let own: Set<String> = ["out", "force", "no-color", "help"]
        if let other = arguments.command.options.first(where: { !own.contains($0.name) && arguments.has($0.name) }) {
            throw .usage("--\(other.name) is for import cluster-link")
        }
        let path = arguments.operands[1]
        let reading = MirrorMakerImport(path: path, bytes: try content(path), folder: folder)
        if let problem = reading.problem { throw CommandFailure(.manifestsInvalid, problem) }
        return reading.manifests()
    }

    private static func input(
        _ arguments: Arguments, _ folder: String, _ terminal: Terminal
    ) throws(CommandFailure) -> ClusterLinkImport.Input {
        guard let link = arguments.value("link") else { throw .usage("import cluster-link needs --link NAME") }
        guard !link.contains("/") else { throw .usage("a link's name has no \"/\"") }
        guard arguments.has("config-file") || arguments.has("config") else {
            throw .usage("import cluster-link needs the source's settings", hint: "give --config-file FILE")
        }
        guard arguments.has("command-config") || arguments.has("bootstrap-server") else {
            throw .usage(
                "import cluster-link needs the destination", hint: "give --command-config FILE or --bootstrap-server")
        }
        var input = ClusterLinkImport.Input(
            link: link, sourceName: arguments.value("source-name") ?? "\(link)-source",
            destinationName: arguments.value("destination-name") ?? "\(link)-destination", folder: folder)
        if let path = arguments.value("config-file") { input.configFile = (path, try content(path)) }
        if let path = arguments.value("command-config") { input.commandConfig = (path, try content(path)) }
        input.bootstrapServer = arguments.value("bootstrap-server")
        input.clusterId = arguments.value("cluster-id")
        for text in arguments.values("config") { input.configs += try pairs(text) }
        var findings: [Diagnostic] = []
        for root in FilterJSON.Root.allCases {
            guard let source = try filterText(root, arguments) else { continue }
            let read = FilterJSON.read(source.bytes, name: source.name, root)
            findings += read.findings
            input.filters[root] = read.filters.map { filters in
                // A manifest points only at files whose name says that they are JSON.
                if source.isFile, !arguments.has("inline-filters"), source.name.lowercased().hasSuffix(".json") {
                    return .file(RelativePath.from(folder: folder, to: source.name))
                }
                return .entries(FilterText.entries(filters))
            }
        }
        if findings.containsErrors { throw refused(findings, terminal) }
        return input
    }

    /// The JSON that a flag gives or names; nil without the flag.
    private static func filterText(
        _ root: FilterJSON.Root, _ arguments: Arguments
    ) throws(CommandFailure) -> (name: String, bytes: [UInt8], isFile: Bool)? {
        let flag =
            switch root {
            case .topicFilters: "topic-filters-json"
            case .groupFilters: "consumer-group-filters-json"
            case .aclFilters: "acl-filters-json"
            }
        let (path, inline) = (arguments.value("\(flag)-file"), arguments.value(flag))
        guard path == nil || inline == nil else { throw .usage("--\(flag) and --\(flag)-file exclude each other") }
        if let inline { return ("--\(flag)", Array(inline.utf8), false) }
        guard let path else { return nil }
        return (path, try content(path), true)
    }

    /// `k=v,k2=v2`, with square brackets around values that contain commas, as Kafka's tools take them.
    static func pairs(_ text: String) throws(CommandFailure) -> [(key: String, value: String)] {
        var parts: [String] = [""]
        var depth = 0
        for character in text {
            depth += character == "[" ? 1 : character == "]" ? -1 : 0
            if character == ",", depth <= 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        var pairs: [(key: String, value: String)] = []
        for part in parts where !part.isEmpty {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty else { throw .usage("--config takes key=value,key=value") }
            let value = sides[1].hasPrefix("[") && sides[1].hasSuffix("]") ? sides[1].dropFirst().dropLast() : sides[1]
            pairs.append((sides[0].filter { !$0.isWhitespace }, String(value)))
        }
        return pairs
    }

    private static func content(_ path: String) throws(CommandFailure) -> [UInt8] {
        switch ManifestFiles.read(path) {
        case .success(let bytes): return bytes
        case .failure(let problem): throw CommandFailure(.failed, "\(path) cannot be read: \(problem.reason)")
        }
    }

    // MARK: Writing

    /// Reads the manifests as `validate` will; what is wrong then stands in the files that were imported.
    private static func check(_ result: ImportedManifests, _ terminal: Terminal) throws(CommandFailure) {
        let load = ManifestLoader(readAttachment: ImportedManifests.read).load(
            result.files.map { ManifestInput(name: $0.path, bytes: Array($0.text.utf8)) })
        guard load.desired == nil else { return }
        throw refused(load.diagnostics, terminal)
    }

    /// Prints every error; what is returned says what follows from them.
    private static func refused(_ findings: [Diagnostic], _ terminal: Terminal) -> CommandFailure {
        terminal.note(
            DiagnosticText(coloured: terminal.errorColours).text(findings.filter { $0.severity == .error }))
        return CommandFailure(
            .manifestsInvalid,
            "what was read makes no valid manifests, so nothing was written; correct it and try again")
    }

    private static func write(
        _ result: ImportedManifests, in folder: String, isForced: Bool
    ) throws(CommandFailure) {
        if !isForced, let taken = result.files.first(where: { access($0.path, F_OK) == 0 }) {
            throw CommandFailure(.failed, "\(taken.path) exists already; pass --force to write over it")
        }
        // What cannot be made shows when a file is written into it, with the reason.
        _ = ProcessFiles.makeFolder(ManifestPaths.absolute(folder), permissions: 0o777)
        for file in result.files {
            let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else {
                throw CommandFailure(.failed, "\(file.path) cannot be written: \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            let bytes = Array(file.text.utf8)
            guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
                throw CommandFailure(.failed, "\(file.path) cannot be written: \(String(cString: strerror(errno)))")
            }
        }
    }
}
