import Foundation
import TestSupport
import Testing

/// What the tests here take out of a Kafka release.
extension KafkaInstallation {
    /// What to do when there is none.
    static let hint: Comment = "set KAFKA_HOME to an unpacked Kafka release to compare with its definitions"

    /// The JSON text of every message, by file name, taken out with the `jar` tool of the JDK that Kafka needs anyway.
    func definitions() async throws -> [String: String] {
        let folder = try TemporaryDirectory("definitions")
        let jar = try Self.java().dropLast("java".count) + "jar"
        let run = try await CommandRun.run(
            [String(jar), "xf", "\(home)/libs/kafka-clients-\(version).jar", "common/message"], directory: folder.path)
        try #require(run.exit == .code(0), "\(run.title): \(run.errorOutput)")
        var texts: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.file("common/message")) {
            texts[name] = try String(contentsOfFile: folder.file("common/message/\(name)"), encoding: .utf8)
        }
        return texts
    }

    /// What `source`, a Java class `name` in a file of its own, prints when it runs beside Kafka's libraries.
    func output(ofJava source: String, named name: String) async throws -> String {
        let folder = try TemporaryDirectory("java")
        let file = try folder.write("\(name).java", source)
        return try await CommandRun.output(of: [try Self.java(), "-cp", classPath, file])
    }
}
