import Foundation

/// What `kafka-storage.sh format` leaves in a data folder, taken once per release and copied to every broker.
///
/// The tool is a JVM of its own for each broker; but for the ids in `meta.properties` it writes the same every time.
struct StorageFormat: Sendable {
    /// Every file of a formatted folder but `meta.properties`.
    private let files: [String: Data]
    private let metaProperties: String

    private actor Cache {
        private var tasks: [String: Task<StorageFormat, any Error>] = [:]

        /// One format per release and arguments, also when several clusters start at once.
        func format(
            _ installation: KafkaInstallation, properties: String, arguments: [String]
        ) async throws -> StorageFormat {
            let key = "\(installation.home) \(arguments.joined(separator: " "))"
            let task =
                tasks[key]
                ?? Task { try await StorageFormat(formatting: properties, with: installation, arguments) }
            tasks[key] = task
            return try await task.value
        }
    }

    private static let cache = Cache()

    /// - Parameter arguments: further ones of the tool, such as `--add-scram …`.
    static func of(
        _ installation: KafkaInstallation, properties: String, arguments: [String] = []
    ) async throws -> StorageFormat {
        try await cache.format(installation, properties: properties, arguments: arguments)
    }

    /// An id as Kafka makes them: 16 random bytes in URL-safe Base64, here never with a leading "-".
    static func newID() -> String {
        let bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let text = Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").prefix(22)
        return "L" + text.dropFirst()
    }

    private init(
        formatting properties: String, with installation: KafkaInstallation, _ arguments: [String]
    ) async throws {
        let scratch = try TemporaryDirectory("format")
        let text = try String(contentsOfFile: properties, encoding: .utf8)
        let moved = text.split(separator: "\n").map {
            $0.hasPrefix("log.dirs=") ? "log.dirs=\(scratch.path)/data" : String($0)
        }
        let file = try scratch.write("server.properties", moved.joined(separator: "\n") + "\n")
        try scratch.write(BrokerSettings.loggingFile, BrokerSettings.logging(of: installation))
        let java = try KafkaInstallation.java()
        let command = RealCluster.javaCommand(java, installation, folder: scratch.path, heap: "128m")
        try await CommandRun.output(
            of: command + ["kafka.tools.StorageTool", "format", "-t", Self.newID(), "-c", file] + arguments)
        var files: [String: Data] = [:]
        let root = URL(fileURLWithPath: scratch.file("data"))
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        for name in names {
            var isFolder: ObjCBool = false
            let path = root.appendingPathComponent(name)
            if FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder), !isFolder.boolValue {
                files[name] = try Data(contentsOf: path)
            }
        }
        guard let meta = files.removeValue(forKey: "meta.properties") else {
            throw HarnessError("kafka-storage of \(installation) wrote no meta.properties, only \(names)")
        }
        self.files = files
        metaProperties = String(decoding: meta, as: UTF8.self)
    }

    /// Makes `folder` the formatted data folder of one node.
    func write(into folder: String, clusterID: String, node: Int) throws {
        let root = URL(fileURLWithPath: folder)
        for (name, content) in files {
            let target = root.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try content.write(to: target)
        }
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let lines = metaProperties.split(separator: "\n").map { line -> String in
            switch line.prefix(while: { $0 != "=" }) {
            case "cluster.id": "cluster.id=\(clusterID)"
            case "node.id": "node.id=\(node)"
            case "directory.id": "directory.id=\(Self.newID())"
            default: String(line)
            }
        }
        let text = lines.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: root.appendingPathComponent("meta.properties"))
    }
}
