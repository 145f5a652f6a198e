import Foundation
import Testing

/// An unpacked Kafka release that the environment names, with the message definitions of its client.
struct KafkaHome: Sendable, CustomTestStringConvertible {
    /// The folder.
    let path: String
    /// The release, such as `4.3.1`.
    let version: String
    private let clientJar: String

    var testDescription: String { "Kafka \(version)" }

    /// The releases in `LOCKSTEP_KAFKA_HOMES` (several, `:` between them) and `KAFKA_HOME`.
    static let all: [KafkaHome] = {
        let environment = ProcessInfo.processInfo.environment
        let several = (environment["LOCKSTEP_KAFKA_HOMES"] ?? "").split(separator: ":").map(String.init)
        let homes = (several + [environment["KAFKA_HOME"] ?? ""]).filter { !$0.isEmpty }.compactMap(KafkaHome.init)
        let byVersion = Dictionary(homes.map { ($0.version, $0) }) { first, _ in first }
        return byVersion.values.sorted { $0.version < $1.version }
    }()

    /// What to do when there is none.
    static let hint: Comment = "set KAFKA_HOME to an unpacked Kafka release to compare with its definitions"

    private init?(_ path: String) {
        let libraries = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/libs")) ?? []
        let prefix = "kafka-clients-"
        guard let jar = libraries.first(where: { $0.hasPrefix(prefix) && $0.hasSuffix(".jar") }) else { return nil }
        self.path = path
        version = String(jar.dropFirst(prefix.count).dropLast(4))
        clientJar = "\(path)/libs/\(jar)"
    }

    /// The JSON text of every message, by file name, taken out with the `jar` tool of the JDK that Kafka needs anyway.
    func definitions() throws -> [String: String] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("kafka-definitions-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try run(["jar", "xf", clientJar, "common/message"], in: folder)
        let messages = folder.appendingPathComponent("common/message")
        var texts: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: messages.path) {
            texts[name] = try String(contentsOf: messages.appendingPathComponent(name), encoding: .utf8)
        }
        return texts
    }

    /// What `source`, a Java class `name` in a file of its own, prints when it runs beside Kafka's libraries.
    func output(ofJava source: String, named name: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kafka-java-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try source.write(to: folder.appendingPathComponent("\(name).java"), atomically: true, encoding: .utf8)
        return try run(["java", "-cp", "\(path)/libs/*", "\(name).java"], in: folder)
    }

    @discardableResult
    private func run(_ command: [String], in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command.joined(separator: " ")) failed")
        return String(decoding: bytes, as: UTF8.self)
    }
}
